"""Overlays: what each action does, what is refused and where, and that every place of the result is still known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.diagnostics import SpecError
from credkit_codegen.load import Document, load_document
from credkit_codegen.overlay import overlaid

BASE = """\
openapi: 3.1.0
info:
  title: Pets
  version: "1"
tags:
  - name: pets
  - name: internal
  - name: shops
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets, internal]
      parameters:
        - {name: limit, in: query}
        - {name: debug, in: query}
        - {name: page, in: query}
      responses: {"200": {description: Pets.}}
  /shops:
    get:
      operationId: listShops
      responses: {"200": {description: Shops.}}
"""


def apply(tmp_path: Path, actions: str, *, version: str = "1.1.0", base: str = BASE, head: str = "") -> Document:
    """The base document under one overlay with these actions (YAML, one list)."""
    (tmp_path / "openapi.yaml").write_text(base)
    (tmp_path / "overlay.yaml").write_text(
        f"overlay: {version}\ninfo: {{title: Mend, version: '1'}}\n{head}actions:\n{actions}"
    )
    return overlaid(load_document(tmp_path / "openapi.yaml", file="openapi.yaml"), [tmp_path / "overlay.yaml"])


def at(document: Document, pointer: str) -> Any:
    value: Any = document.data
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key) if isinstance(value, list) else key]
    return value


def place(document: Document, pointer: str) -> str:
    """The line on which what is at a pointer was written, with the name of its file."""
    file, line, _ = document.where([pointer])[pointer]
    text = (BASE if file == "openapi.yaml" else Path(file).read_text()).split("\n")
    return f"{Path(file).name}: {text[line - 1].strip()}"


def refused(tmp_path: Path, actions: str, **options: str) -> list[str]:
    """`line:column rule message` of everything that is wrong with an overlay."""
    with pytest.raises(SpecError) as caught:
        apply(tmp_path, actions, **options)
    assert {Path(item.file).name for item in caught.value.diagnostics} == {"overlay.yaml"}
    return [f"{item.line}:{item.column} {item.rule}: {item.message}" for item in caught.value.diagnostics]


def test_an_object_is_merged_deeply_and_every_part_knows_its_line(tmp_path: Path) -> None:
    found = apply(
        tmp_path,
        """\
  - target: $.paths['/pets'].get
    description: the page of the vendor says so
    update:
      operationId: findPets
      summary: Find pets
      tags: [more]
      responses:
        "200":
          x-note: new
        "404": {description: No pets.}
""",
    )
    get = "/paths/~1pets/get"
    assert at(found, get) == {
        "operationId": "findPets",
        "tags": ["pets", "internal", "more"],
        "parameters": [{"name": name, "in": "query"} for name in ("limit", "debug", "page")],
        "responses": {"200": {"description": "Pets.", "x-note": "new"}, "404": {"description": "No pets."}},
        "summary": "Find pets",
    }
    assert {
        pointer: place(found, f"{get}/{pointer}") for pointer in ("operationId", "tags/1", "tags/2", "summary")
    } == {
        "operationId": "overlay.yaml: operationId: findPets",
        "tags/1": "openapi.yaml: tags: [pets, internal]",
        "tags/2": "overlay.yaml: tags: [more]",
        "summary": "overlay.yaml: summary: Find pets",
    }
    assert place(found, f"{get}/responses/200/description") == 'openapi.yaml: responses: {"200": {description: Pets.}}'
    assert place(found, f"{get}/responses/200/x-note") == "overlay.yaml: x-note: new"
    assert place(found, f"{get}/responses/404/description") == 'overlay.yaml: "404": {description: No pets.}'
    assert found.text == BASE


def test_removed_items_move_the_places_of_those_behind_them(tmp_path: Path) -> None:
    found = apply(
        tmp_path,
        """\
  - target: $.paths..parameters[?@.name == 'limit' || @.name == 'debug']
    description: not for callers
    remove: true
  - target: $.tags[?@.name == 'internal']
    description: not for callers
    remove: true
  - target: $.paths['/pets'].get.tags[?@ == 'internal']
    description: not for callers
    remove: true
  - target: $.paths['/pets'].get.parameters
    description: the page names one more
    update: {name: size, in: query}
""",
    )
    assert [item["name"] for item in at(found, "/paths/~1pets/get/parameters")] == ["page", "size"]
    assert [item["name"] for item in at(found, "/tags")] == ["pets", "shops"]
    assert at(found, "/paths/~1pets/get/tags") == ["pets"]
    assert place(found, "/paths/~1pets/get/parameters/0/name") == "openapi.yaml: - {name: page, in: query}"
    assert place(found, "/paths/~1pets/get/parameters/1/name") == "overlay.yaml: update: {name: size, in: query}"
    assert place(found, "/tags/1/name") == "openapi.yaml: - name: shops"


def test_what_is_removed_and_written_again_stands_in_the_overlay(tmp_path: Path) -> None:
    found = apply(
        tmp_path,
        """\
  - {target: "$.tags", description: replaced below, remove: true}
  - {target: "$", description: tags of ours, update: {tags: [{name: ours}]}}
""",
    )
    assert at(found, "/tags") == [{"name": "ours"}]
    assert place(found, "/tags/0/name").startswith("overlay.yaml: - {target")


def test_a_copy_is_a_copy_and_its_place_is_the_action(tmp_path: Path) -> None:
    found = apply(
        tmp_path,
        """\
  - target: $.paths['/shops'].get
    description: the same parameters
    copy: $.paths['/pets'].get
  - target: $.paths['/shops'].get.responses['200']
    description: only here
    update: {x-here: true}
""",
    )
    shops = at(found, "/paths/~1shops/get")
    assert (shops["operationId"], shops["tags"]) == ("listPets", ["pets", "internal"])
    assert "x-here" not in at(found, "/paths/~1pets/get/responses/200")
    assert place(found, "/paths/~1shops/get/parameters/1/name") == "overlay.yaml: copy: $.paths['/pets'].get"


def test_values_change_in_overlay_1_1(tmp_path: Path) -> None:
    actions = "  - {target: $.info.title, description: a better name, update: Animals}\n"
    found = apply(tmp_path, actions)
    assert at(found, "/info/title") == "Animals"
    assert place(found, "/info/title").startswith("overlay.yaml:")
    assert refused(tmp_path, actions, version="1.0.0") == [
        "4:14 overlay-incompatible: expected an object or a list; Overlay 1.0 cannot change a plain value"
    ]


def test_nested_targets_are_each_removed_once(tmp_path: Path) -> None:
    base = "openapi: 3.1.0\nx-a: {x-a: {x-a: 1}, b: [{x-a: 1}, {x-a: 2, c: 3}]}\n"
    found = apply(tmp_path, "  - {target: \"$..['x-a']\", description: noise, remove: true}\n", base=base)
    assert found.data == {"openapi": "3.1.0"}


def test_aliases_share_nothing_after_an_overlay(tmp_path: Path) -> None:
    base = "openapi: 3.1.0\nx-one: &a {n: 1}\nx-two: *a\n"
    found = apply(tmp_path, "  - {target: \"$['x-one']\", description: only this, update: {m: 2}}\n", base=base)
    assert (at(found, "/x-one"), at(found, "/x-two")) == ({"n": 1, "m": 2}, {"n": 1})


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ("{target: $.nope, description: d, remove: true}", "14 overlay-target-missing: expected something at $.nope"),
        ("{target: '$.paths[', description: d, remove: true}", "14 overlay-invalid: expected a JSONPath of RFC 9535"),
        ("{target: $.tags, remove: true}", "5 overlay-reason-missing: expected a reason"),
        ("{target: $.tags, description: ' ', remove: true}", "5 overlay-reason-missing: expected a reason"),
        ("{target: $.tags, description: d}", "5 overlay-invalid: expected one of update, remove, copy; got none"),
        (
            "{target: $.tags, description: d, remove: true, update: []}",
            "5 overlay-invalid: expected one of update, rem",
        ),
        ("{target: $.tags, description: d, remove: 'yes'}", "46 overlay-invalid: expected true or false; got 'yes'"),
        ("{target: $.tags, description: d, updat: []}", "38 overlay-invalid: expected one of target, description"),
        ("{description: d, remove: true}", "5 overlay-invalid: expected a JSONPath such as"),
        ("{target: $, description: d, remove: true}", "14 overlay-invalid: expected a part of the document"),
        ("{target: '$.tags[*]', description: d, update: [1]}", "43 overlay-incompatible: expected something that fits"),
        (
            "{target: $.info, description: d, update: {title: {}}}",
            "0 overlay-incompatible: expected something that fits t",
        ),
        ("{target: $.info.*, description: d, update: x}", ""),
        ("{target: '$..*', description: d, update: x}", "14 overlay-mixed-targets: expected nodes of one kind"),
        ("{target: $.info, description: d, copy: '$.tags[*]'}", "44 overlay-copy-not-one: expected one node to copy"),
        ("{target: $.info, description: d, copy: $.tags}", "44 overlay-incompatible: expected something that fits"),
        ("text", "5 overlay-invalid: expected an action"),
    ],
)
def test_an_action_that_cannot_be_carried_out_is_told_with_its_place(tmp_path: Path, action: str, fault: str) -> None:
    if not fault:
        assert at(apply(tmp_path, f"  - {action}\n"), "/info/version") == "x"
        return
    column, _, rest = fault.partition(" ")
    (found,) = refused(tmp_path, f"  - {action}\n")
    line, _, text = found.partition(":")
    assert line == "4"
    assert text.partition(" ")[2].startswith(rest)
    assert column == "0" or text.startswith(f"{column} ")


def test_a_missing_reason_hides_no_missing_target(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        """\
  - {target: $.tags, remove: true}
  - {target: $.nope, description: d, remove: true}
""",
    )
    assert [item.split(":")[:2] for item in found] == [
        ["4", "5 overlay-reason-missing"],
        ["5", "14 overlay-target-missing"],
    ]


def test_all_faults_are_told_in_one_run(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        """\
  - {target: $.nope, description: d, remove: true}
  - {target: $.info, description: d, update: {title: Fine}}
  - {target: $.neither, description: d, update: {}}
""",
    )
    assert [item.partition(" ")[0] for item in found] == ["4:14", "6:14"]
    (tmp_path / "other.yaml").write_text("overlay: 2.0.0\nextra: 1\nactions: []\n")
    with pytest.raises(SpecError) as caught:
        overlaid(load_document(tmp_path / "openapi.yaml"), [tmp_path / "other.yaml"])
    assert [(item.line, item.pointer) for item in caught.value.diagnostics] == [
        (2, "/extra"), (1, "/overlay"), (1, "/info"), (3, "/actions"),
    ]  # fmt: skip


def test_an_overlay_for_another_document_is_refused(tmp_path: Path) -> None:
    actions = "  - {target: $.info, description: d, update: {x: 1}}\n"
    assert at(apply(tmp_path, actions, head="extends: ./openapi.yaml\n"), "/info/x") == 1
    assert at(apply(tmp_path, actions, head="extends: https://vendor.example/openapi.yaml\n"), "/info/x") == 1
    assert refused(tmp_path, actions, head="extends: other.yaml\n") == [
        '3:10 overlay-extends-other: expected an overlay for openapi.yaml; got one that extends "other.yaml"'
    ]


def test_an_action_that_changes_nothing_is_a_warning(tmp_path: Path) -> None:
    found = apply(tmp_path, "  - {target: $.info, description: d, update: {title: Pets}}\n")
    assert [(item.rule, str(item.severity), item.line) for item in found.findings] == [
        ("overlay-without-effect", "warning", 4)
    ]


def test_json_documents_and_json_overlays(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(yaml.safe_load(BASE), indent=1))
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "t", "version": "1"},
        "actions": [{"target": "$.info", "description": "d", "update": {"summary": "s"}}],
    }
    (tmp_path / "overlay.json").write_text(json.dumps(overlay, indent=1))
    document = load_document(tmp_path / "openapi.json")
    found = overlaid(document, [tmp_path / "overlay.json"])
    assert at(found, "/info/summary") == "s"
    file, line, column = found.where(["/info/summary"])["/info/summary"]
    assert (Path(file).name, (tmp_path / "overlay.json").read_text().split("\n")[line - 1][column - 1 :]) == (
        "overlay.json",
        '"s"',
    )
    assert overlaid(document, []) is document


def test_several_overlays_are_applied_in_order(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(BASE)
    for name, title in (("one", "First"), ("two", "Second")):
        (tmp_path / f"{name}.yaml").write_text(
            f"overlay: 1.1.0\ninfo: {{title: {name}, version: '1'}}\nactions:\n"
            f"  - {{target: $.info, description: d, update: {{title: {title}, x-{name}: true}}}}\n"
        )
    found = overlaid(load_document(tmp_path / "openapi.yaml"), [tmp_path / "one.yaml", tmp_path / "two.yaml"])
    assert at(found, "/info") == {"title": "Second", "version": "1", "x-one": True, "x-two": True}
    assert Path(found.where(["/info/title"])["/info/title"][0]).name == "two.yaml"
    assert Path(found.where(["/info/x-one"])["/info/x-one"][0]).name == "one.yaml"
