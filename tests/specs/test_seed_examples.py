"""The examples of the specs: they fit their schemas, and none that the vendors' pages print is missing.

The pages that the specs began with lie beside the checkout where it was made; without them the second half is skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
SPECS = sorted(path.parent.name for path in (ROOT / "specs").glob("*/openapi.yaml"))
DIALECT = "https://json-schema.org/draft/2020-12/schema"
# What Cloudflare puts in the place of an e-mail address.
MASKED = re.compile(r"\[email\sprotected\]")
# Members whose content is data and not a description: nothing below them is an example of its own.
DATA = frozenset({"value", "example", "examples", "default", "enum", "const"})


@dataclass(frozen=True)
class Example:
    """One example and the JSON pointer of the schema that it has to satisfy."""

    pointer: str
    schema: str
    value: Any


@cache
def document(vendor: str) -> dict[str, Any]:
    """The vendor's spec. Its dates are quoted, so that YAML leaves them strings."""
    loaded = yaml.load((ROOT / "specs" / vendor / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert isinstance(loaded, dict)
    return loaded


def escape(name: str) -> str:
    """A member name as one token of a JSON pointer in a URI fragment."""
    return name.replace("~", "~0").replace("/", "~1").replace("%", "%25").replace("{", "%7B").replace("}", "%7D")


def resolve(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The node that a local reference leads to, or the node itself."""
    while "$ref" in node:
        target: Any = root
        for token in node["$ref"].removeprefix("#/").split("/"):
            target = target[token.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def named_examples(node: dict[str, Any], pointer: str, root: dict[str, Any]) -> Iterator[Example]:
    """Examples of a media type, parameter or header: `example`, and `examples` by name."""
    if "example" in node:
        yield Example(f"{pointer}/example", f"{pointer}/schema", node["example"])
    for name, example in node.get("examples", {}).items():
        yield Example(f"{pointer}/examples/{escape(name)}", f"{pointer}/schema", resolve(example, root)["value"])


def schema_examples(node: dict[str, Any], pointer: str) -> Iterator[Example]:
    """Examples of a schema: the list that JSON Schema knows."""
    for index, value in enumerate(node["examples"]):
        yield Example(f"{pointer}/examples/{index}", pointer, value)


def walk(node: Any, pointer: str, root: dict[str, Any], *, by_name: bool = False) -> Iterator[Example]:
    """Every example below a node. `by_name`: the members are names that somebody chose, such as properties."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from walk(item, f"{pointer}/{index}", root)
    if not isinstance(node, dict):
        return
    if not by_name and isinstance(node.get("schema"), dict):
        yield from named_examples(node, pointer, root)
    elif not by_name and isinstance(node.get("examples"), list):
        yield from schema_examples(node, pointer)
    for name, child in node.items():
        if by_name or (name not in DATA and not name.startswith("x-")):
            names = not by_name and name in {"properties", "patternProperties", "$defs", "schemas", "responses"}
            yield from walk(child, f"{pointer}/{escape(name)}", root, by_name=names)


@cache
def examples(vendor: str) -> tuple[Example, ...]:
    return tuple(walk(document(vendor), "", document(vendor)))


@cache
def registry(vendor: str) -> jsonschema_rs.Registry:
    """The whole spec as one resource, so that references between its schemas resolve."""
    return jsonschema_rs.Registry([(f"urn:spec:{vendor}", document(vendor))])


def canonical(value: Any) -> str:
    """Equal exactly where the JSON is: 1, 1.0 and true are three values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def json_blocks(text: str) -> Iterator[Any]:
    """Every JSON object, or array of objects, that stands in a text, outermost only."""
    decoder = json.JSONDecoder()
    position = 0
    while position < len(text):
        if text[position] in "{[":
            try:
                value, end = decoder.raw_decode(text, position)
            except ValueError:
                pass
            else:
                if isinstance(value, dict) or (value and isinstance(value[0], dict)):
                    yield value
                    position = end
                    continue
        position += 1


def seed_blocks() -> list[Any]:
    """A pytest parameter for every JSON block of every page."""
    return [
        pytest.param(block, id=f"{path.name[:3]}-{index}")
        for path in sorted(SEEDS.glob("*.txt"))
        for index, block in enumerate(json_blocks(shown(path.read_text(encoding="utf-8"))))
    ]


def shown(text: str) -> str:
    """A page with an address where its site hides one from robots."""
    return MASKED.sub("alice@example.com", text)


@cache
def known_examples() -> frozenset[str]:
    return frozenset(canonical(example.value) for vendor in SPECS for example in examples(vendor))


@pytest.mark.parametrize("vendor", SPECS)
def test_every_example_fits_its_schema(vendor: str) -> None:
    assert examples(vendor)
    wrong = []
    for example in examples(vendor):
        reference = {"$schema": DIALECT, "$ref": f"urn:spec:{vendor}#{example.schema}"}
        validator = jsonschema_rs.Draft202012Validator(reference, registry=registry(vendor))
        wrong += [f"{example.pointer}: {error.message}" for error in validator.iter_errors(example.value)]
    assert wrong == []


@pytest.mark.parametrize("vendor", SPECS)
def test_every_example_is_json(vendor: str) -> None:
    """YAML turns an unquoted date into a date: that would not be what the page shows."""
    for example in examples(vendor):
        assert json.loads(canonical(example.value)) == example.value, example.pointer


@pytest.mark.parametrize("vendor", SPECS)
def test_no_example_is_what_a_site_shows_instead_of_an_address(vendor: str) -> None:
    assert [example.pointer for example in examples(vendor) if MASKED.search(canonical(example.value))] == []


def test_what_a_site_hides_is_seen() -> None:
    assert shown('{"email": "[email\xa0protected]"}') == '{"email": "alice@example.com"}'


def test_a_wrong_example_would_be_found() -> None:
    root = {
        "components": {
            "schemas": {"Person": {"type": "object", "properties": {"examples": {"type": "string", "examples": [1]}}}},
            "parameters": {"id": {"name": "id", "schema": {"type": "string"}, "examples": {"one": {"value": 1}}}},
        }
    }
    found = [(example.pointer, example.schema, example.value) for example in walk(root, "", root)]
    schema = "/components/schemas/Person/properties/examples"
    parameter = "/components/parameters/id"
    assert found == [(f"{schema}/examples/0", schema, 1), (f"{parameter}/examples/one", f"{parameter}/schema", 1)]


def test_json_is_found_in_a_page() -> None:
    page = 'GET /things/{id} takes {$not} and items[]. curl -d \'{"a": [{"b": 1}]}\' gives\n[{"c": true}] and links[0].'
    assert list(json_blocks(page)) == [{"a": [{"b": 1}]}, [{"c": True}]]


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the vendors' pages are not beside this checkout")
def test_every_page_prints_json() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        assert list(json_blocks(path.read_text(encoding="utf-8"))), path.name


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the vendors' pages are not beside this checkout")
@pytest.mark.parametrize("block", seed_blocks())
def test_every_example_of_the_pages_stands_in_a_spec(block: Any) -> None:
    assert canonical(block) in known_examples()
