"""References: across files inside the root, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from credkit_codegen.diagnostics import SpecError, render_text
from credkit_codegen.load import load_document
from credkit_codegen.resolve import resolve_document

from .support import Build, alias, document, fields, operation

ROOT = """
openapi: 3.1.0
info: {title: T, version: 1.10}
paths:
  /pets: {$ref: "./paths/pets.yaml"}
  /pets/{id}:
    $ref: paths/pet.yaml#/item
components:
  schemas:
    Pet: {$ref: "schemas/Pet.yaml"}
"""
FILES = {
    "paths/pets.yaml": """
get:
  operationId: listPets
  parameters: [{$ref: "../common.yaml#/parameters/limit"}]
  responses:
    "200": {description: ok, content: {application/json: {schema: {type: array, items: {$ref: "../schemas/Pet.yaml"}}}}}
""",
    "paths/pet.yaml": """
item:
  get:
    operationId: getPet
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    responses:
      "200": {description: ok, content: {application/json: {schema: {$ref: "../openapi.yaml#/components/schemas/Pet"}}}}
""",
    "schemas/Pet.yaml": """
type: object
required: [name]
properties:
  name: {type: string}
  owner: {$ref: Owner.yaml}
  tag: {$ref: "#/$defs/Tag"}
$defs:
  Tag: {type: object, properties: {label: {type: string}}}
""",
    "schemas/Owner.yaml": "type: object\nproperties:\n  pets: {type: array, items: {$ref: Pet.yaml}}\n",
    "common.yaml": "parameters:\n  limit: {name: limit, in: query, schema: {type: integer}}\n",
}


def test_documents_in_many_files(build: Build) -> None:
    api = build(ROOT, files=FILES)
    assert [item.operation_id for item in api.operations] == ["listPets", "getPet"]
    assert [item.name for item in operation(api, "listPets").parameters] == ["limit"]
    assert fields(api, "Pet") == {"name*": "str", "owner": "Owner", "tag": "Tag"}
    assert fields(api, "Owner") == {"pets": "list[Pet]"}
    assert api.files == (
        "common.yaml",
        "openapi.yaml",
        "paths/pet.yaml",
        "paths/pets.yaml",
        "schemas/Owner.yaml",
        "schemas/Pet.yaml",
    )
    assert api.version == "1.10"
    assert not api.degraded


def refusal(tmp_path: Path, ref: str) -> str:
    path = tmp_path / "specs" / "openapi.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"openapi: 3.1.0\ninfo: {{}}\npaths: {{}}\ncomponents:\n  schemas:\n    A:\n      $ref: {ref!r}\n")
    with pytest.raises(SpecError) as caught:
        resolve_document(load_document(path, file="specs/openapi.yaml"))
    (found,) = caught.value.diagnostics
    return render_text(found)


@pytest.mark.parametrize(
    "ref",
    ["https://example.com/a.yaml#/A", "http://127.0.0.1/a.yaml", "file:///etc/passwd", "//host/a.yaml", "ftp://a/b"],
)
def test_other_hosts_are_refused(tmp_path: Path, ref: str) -> None:
    assert refusal(tmp_path, ref) == (
        f'specs/openapi.yaml:7:13: error: expected a reference inside the project; got "{ref}" [ref-remote]\n'
        "  help: copy the document beside this one"
    )


@pytest.mark.parametrize(
    "ref", ["../secret.yaml", "../specs/../secret.yaml#/A", "/etc/passwd", "%2e%2e/secret.yaml", "a/../../secret.yaml"]
)
def test_files_outside_the_root_are_refused(tmp_path: Path, ref: str) -> None:
    (tmp_path / "secret.yaml").write_text("A: {type: string}")
    text = refusal(tmp_path, ref)
    assert text.startswith("specs/openapi.yaml:7:13: error: expected a")
    assert "[ref-outside-root]" in text


def test_links_out_of_the_root_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("A: {type: string}")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "inside.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "is a link out of it [ref-outside-root]" in refusal(tmp_path, "inside.yaml#/A")


def test_a_wider_root_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "shared.yaml").write_text("A: {type: string}")
    path = tmp_path / "specs" / "openapi.yaml"
    path.write_text("openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {$ref: '../shared.yaml#/A'}}}\n")
    documents = resolve_document(load_document(path, file="specs/openapi.yaml"), root=tmp_path)
    assert [item.file for item in documents.files] == ["specs/openapi.yaml", "shared.yaml"]


def test_the_name_of_a_file_behind_a_link_stays_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    specs = tmp_path / "far" / "specs"
    specs.mkdir(parents=True)
    (tmp_path / "far" / "shared.yaml").write_text("A: {type: string}")
    (specs / "openapi.yaml").write_text("openapi: 3.1.0\nx: {$ref: '../shared.yaml#/A'}\n")
    (tmp_path / "near").symlink_to(specs)
    names = {}
    for folder in ("near", "far/specs"):
        documents = resolve_document(load_document(Path(folder) / "openapi.yaml"), root=tmp_path)
        names[folder] = documents.files[1].file
    assert names == {"near": "near/../shared.yaml", "far/specs": "far/shared.yaml"}


def test_a_broken_other_file_says_where(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "other.yaml").write_text("a: b: c\n")
    assert refusal(tmp_path, "other.yaml").startswith("specs/other.yaml:1:5: error: expected YAML")


def test_a_broken_file_is_told_once_however_many_refer_to_it(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: b: c\n")
    (tmp_path / "other.yaml").write_text("B: {$ref: 'broken.yaml#/B'}\nC: {$ref: 'broken.yaml#/C'}\n")
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: 3.1.0\npaths:\n  /a: {$ref: 'other.yaml#/B'}\n  /b: {$ref: 'broken.yaml#/B'}\n")
    with pytest.raises(SpecError) as caught:
        resolve_document(load_document(path))
    assert [item.rule for item in caught.value.diagnostics] == ["yaml-syntax"]


def test_references_to_nothing_are_findings_and_read_as_any_value(build: Build, tmp_path: Path) -> None:
    api = build(
        "openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A:\n      type: object\n      properties:\n"
        "        b: {$ref: '#/components/schemas/Nope'}\n        c: {$ref: 'none.yaml'}\n        d: {$ref: '#/components/schemas/A/properties/b'}\n"
    )
    assert fields(api, "A") == {"b": "Any", "c": "Any", "d": "Any"}
    assert [item.location.pointer for item in api.degraded][:2] == [
        "/components/schemas/A/properties/b",
        "/components/schemas/A/properties/c",
    ]
    documents = resolve_document(load_document(tmp_path / "openapi.yaml", file="openapi.yaml"))
    assert [(item.line, item.rule) for item in documents.findings] == [
        (8, "ref-unresolved"),
        (9, "ref-file-missing"),
        (10, "ref-unresolved"),
    ]


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        {"A": {"$ref": "#/components/schemas/A"}},
        {"A": {"$ref": "#/components/schemas/A/properties/x"}},
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}},
        {"A": {"oneOf": [{"$ref": "#/components/schemas/A"}]}},
    ],
)
def test_circles_without_a_way_out_are_any_value(build: Build, schemas: dict[str, Any]) -> None:
    schemas["Owner"] = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}
    api = build(document(schemas=schemas))
    assert fields(api, "Owner") == {"a": "Any"} or alias(api, "A") == "Any"


def test_long_chains(build: Build) -> None:
    extends: dict[str, Any] = {f"E{n}": {"allOf": [{"$ref": f"#/components/schemas/E{n + 1}"}]} for n in range(600)}
    chooses: dict[str, Any] = {f"C{n}": {"oneOf": [{"$ref": f"#/components/schemas/C{n + 1}"}]} for n in range(600)}
    points: dict[str, Any] = {f"P{n}": {"$ref": f"#/components/schemas/P{n + 1}"} for n in range(600)}
    ends: dict[str, Any] = {f"{letter}600": {"type": ["string", "null"]} for letter in "ECP"}
    api = build(document(schemas={**extends, **chooses, **points, **ends}))
    assert (alias(api, "C0"), alias(api, "P0"), alias(api, "P599")) == ("C1", "P1", "P600")


def test_references_in_the_authors_data_are_data(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(
        "openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A:\n      example: {$ref: 'https://example.com'}\n      default: {$ref: nowhere}\n"
        "      enum: [{$ref: nowhere}]\n      x-thing: {$ref: nowhere}\n      properties:\n        example: {$ref: '#/components/schemas/B'}\n"
        "    B: {type: string}\n"
    )
    documents = resolve_document(load_document(path))
    assert not documents.findings
    assert {pointer for _, pointer in documents.targets} == {"/components/schemas/B"}


def test_anchors_and_escaped_pointers(build: Build) -> None:
    api = build(
        "openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A:\n      type: object\n      properties:\n"
        "        b: {$ref: '#there'}\n        c: {$ref: '#/components/schemas/odd~1name%20x'}\n"
        "    B: {$anchor: there, type: object, properties: {x: {type: integer}}}\n    odd/name x: {type: object, properties: {y: {type: string}}}\n"
    )
    assert fields(api, "A") == {"b": "B", "c": "OddNameX"}


def test_the_disk_is_asked_once_for_a_file_that_many_refer_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    is_file = Path.is_file

    def is_file_noted(path: Path) -> bool:
        asked.append(path)
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", is_file_noted)
    responses = {f"{code}": {"$ref": "parts/common.yaml#/fault"} for code in range(400, 450)}
    responses["200"] = {"$ref": "./parts/more.yaml"}
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "common.yaml").write_text("fault: {description: Fault.}\nother: {description: Other.}\n")
    (tmp_path / "parts" / "more.yaml").write_text("$ref: ../parts/./common.yaml#/other\n")
    spec = tmp_path / "openapi.json"
    spec.write_text(json.dumps(document(paths={"/a": {"get": {"responses": responses}}})))
    documents = resolve_document(load_document(spec))
    assert documents.findings == ()
    assert sorted(path.name for path in asked) == ["common.yaml", "more.yaml"]
