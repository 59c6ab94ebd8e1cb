"""A large API stays light: a call loads its own resource and the models that it needs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from credkit_codegen import ir
from credkit_codegen.grouping import ENOUGH, LARGE, components, group_schemas
from credkit_codegen.pipeline import Target, generate

from .apis import (
    STRING,
    make_alias,
    make_api,
    make_body,
    make_media,
    make_object,
    make_operation,
    make_property,
    make_response,
)

RESOURCES = 60


def document() -> dict[str, object]:
    """Sixty resources, each with models of its own, a chain of two, one shared by all and one circle."""
    schemas: dict[str, object] = {"Problem": {"type": "object", "properties": {"code": {"type": "string"}}}}
    schemas |= {"Left": {"type": "string", "enum": ["a", "b"]}, "Right": {"type": "string", "enum": ["b", "c"]}}
    paths: dict[str, object] = {}
    for number in range(RESOURCES):
        name = f"Item{number}"
        schemas[name] = {
            "type": "object",
            "properties": {
                "part": {"$ref": f"#/components/schemas/Part{number}"},
                "id": {"type": "string"},
                "either": {"anyOf": [{"$ref": "#/components/schemas/Left"}, {"$ref": "#/components/schemas/Right"}]},
            },
        }
        schemas[f"Part{number}"] = {"type": "object", "properties": {"whole": {"$ref": f"#/components/schemas/{name}"}}}
        schemas[f"Kind{number}"] = {"type": "string", "enum": ["a", "b"]}
        paths[f"/items{number}"] = {
            "get": {
                "operationId": f"list{number}",
                "tags": [f"items{number}"],
                "parameters": [
                    {"name": "kind", "in": "query", "schema": {"$ref": f"#/components/schemas/Kind{number}"}}
                ],
                "responses": {
                    "200": answer({"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}),
                    "400": answer({"$ref": "#/components/schemas/Problem"}),
                },
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def answer(schema: object) -> dict[str, object]:
    return {"description": "An answer.", "content": {"application/json": {"schema": schema}}}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    (folder / "openapi.yaml").write_text(yaml.safe_dump(document()))
    generate(Target(spec=folder / "openapi.yaml", out=folder / "out", package="large"))
    return folder / "out"


def run(root: Path, code: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env=environment)


def test_importing_the_package_loads_nothing_of_it(large: Path) -> None:
    run(large, "import sys, large; assert [n for n in sys.modules if n.startswith('large')] == ['large']")


def test_one_call_loads_one_resource_and_its_models(large: Path) -> None:
    run(
        large,
        """
import sys
from credkit.runtime.transport import Transport
from large import Large
from large import models

class Answer(Exception):
    pass

client = Large(base_url="https://api.example.com")
method = client.items7.list7
loaded = {name for name in sys.modules if name.startswith("large.")}
assert loaded == {"large.client", "large.models", "large.items7"}, loaded
operation = method.__func__.__globals__["LIST7"]
operation.responses["200"][0].type()
loaded = {name for name in sys.modules if name.startswith("large.models.")}
assert loaded == {"large.models._base", "large.models._items7"}, loaded
""",
    )


def test_every_model_is_there_by_its_name(large: Path) -> None:
    run(
        large,
        f"""
from large import models
for number in range({RESOURCES}):
    item = getattr(models, f"Item{{number}}").model_validate({{"part": {{"whole": {{"id": "x"}}}}}})
    assert item.part.whole.id == "x"
assert models.Problem(code="c").code == "c"
try:
    models.Nothing
except AttributeError:
    pass
else:
    raise AssertionError("a model that is not there")
""",
    )


def test_no_module_imports_a_name_that_it_does_not_use(large: Path) -> None:
    """The lists of `either` are written out as one, so their names are not needed."""
    for path in (large / "large" / "models").glob("_[a-z]*.py"):
        statements = ast.parse(path.read_text()).body
        imports = [node for node in statements if isinstance(node, ast.ImportFrom)]
        code = "\n".join(ast.unparse(node) for node in statements if node not in imports)
        imported = {item.name for node in imports for item in node.names} - {"annotations"}
        assert imported <= set(re.findall(r"\w+", code)), path.name


def test_a_large_package_type_checks(large: Path, mypy_cache: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        f"--cache-dir={mypy_cache}",
        str(large / "large"),
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env={**os.environ, "MYPYPATH": str(large)}
    )
    assert result.returncode == 0, result.stdout


def test_modules_never_import_each_other_in_a_circle() -> None:
    names = [f"S{number}" for number in range(LARGE)]
    links: dict[str, list[str]] = {name: [] for name in names} | {
        left: [right] for left, right in pairwise(names[: LARGE // 2])
    }
    links[names[40]].append(names[20])
    aliases = {name for number, name in enumerate(names) if number % 3}
    schemas = tuple(make_alias_or_object(name, links[name], is_alias=name in aliases) for name in names)
    operations = tuple(
        make_operation(
            f"op{number}",
            "POST",
            f"/{number}",
            resource=f"r{number}",
            body=make_body(make_media(ir.Named(name=names[number * 7]))),
            responses=(make_response("200", make_media(ir.Named(name=names[number * 3]))),),
        )
        for number in range(10)
    )
    groups = group_schemas(make_api(schemas=schemas, operations=operations))
    home = {schema.name: group.module for group in groups for schema in group.schemas}
    assert set(home) == set(names)
    uses = {  # classes are loaded later
        group.module: {home[used] for schema in group.schemas for used in aliases.intersection(links[schema.name])}
        - {group.module}
        for group in groups
    }
    done: set[str] = set()
    while len(done) < len(uses):
        ready = {module for module, others in uses.items() if others <= done and module not in done}
        assert ready, "a circle of modules"
        done |= ready


def make_alias_or_object(name: str, links: Iterable[str], *, is_alias: bool) -> ir.Schema:
    uses = [ir.Named(name=used) for used in links]
    if is_alias:
        return make_alias(name, ir.Union(variants=(STRING, *uses)))
    return make_object(name, *(make_property(f"p{used.name}", used, required=False) for used in uses))


def test_a_small_api_has_one_module() -> None:
    (group,) = group_schemas(make_api(schemas=tuple(make_object(f"S{n}") for n in range(LARGE - 1))))
    assert group.module == ""


GRAPHS = st.integers(1, 14).flatmap(
    lambda size: st.lists(st.sets(st.integers(0, size - 1), max_size=4), min_size=size, max_size=size)
)


@given(graph=GRAPHS)
def test_components_are_circles_and_come_after_what_they_refer_to(graph: list[set[int]]) -> None:
    uses = {f"S{number}": {f"S{used}" for used in links} for number, links in enumerate(graph)}
    reached = {name: reach(name, uses) for name in uses}
    found = list(components(uses))
    assert sorted(name for circle in found for name in circle) == sorted(uses)
    place = {name: number for number, circle in enumerate(found) for name in circle}
    for one in uses:
        for other in uses:
            in_a_circle = one == other or (other in reached[one] and one in reached[other])
            assert (place[one] == place[other]) == in_a_circle
        assert all(place[used] <= place[one] for used in uses[one])


def reach(start: str, uses: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(uses[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(uses[name])
    return found


def test_a_module_holds_few_models_unless_aliases_refer_to_each_other_in_a_circle() -> None:
    chain = {f"S{number:03}": {f"S{number + 1:03}"} for number in range(LARGE)} | {f"S{LARGE:03}": set[str]()}
    classes = {f"C{number:02}": {f"C{(number + 1) % 30:02}"} for number in range(30)}
    circle = {f"A{number:02}": {f"A{(number + 1) % 20:02}"} for number in range(20)}
    links = chain | classes | circle
    schemas = tuple(make_alias_or_object(name, used, is_alias=name in circle) for name, used in links.items())
    groups = group_schemas(make_api(schemas=schemas))
    sizes = sorted(len(group.schemas) for group in groups)
    assert sizes[-1] == 20
    assert sizes[-2] <= ENOUGH
    assert sum(sizes) == len(links)
