"""The pages about the vendors are current, count correctly, and show text of a spec as text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.sources.reading import facts_of, read_spec
from scripts import vendor_docs
from scripts.vendor_docs import main, render, text

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(ROOT.glob("specs/*/openapi.yaml"))
HOSTILE = "<script>alert(1)</script> | `<b>` [x](javascript:x)\n# head\n\x1b[31m\u202e"
SMALL: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things <b>", "version": "1", "x-sources": {"list": "https://things.example/list"}},
    "paths": {
        "/things/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "get": {
                "operationId": "getThing",
                "summary": "Read | a thing",
                "x-source": {"page": "list", "basis": "documented"},
                "responses": {
                    "200": {
                        "description": "A thing.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                },
            },
        }
    },
    "components": {
        "parameters": {
            "Id": {
                "name": "id",
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "x-source": {"page": "list", "basis": "example"},
            }
        },
        "schemas": {
            "Thing": {
                "type": "object",
                "x-source": {"page": "list", "basis": "documented"},
                "properties": {
                    "name": {"type": "string", "x-source": {"page": "list", "basis": "conflict", "note": HOSTILE}},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "plain": {"type": "string", "examples": [{"x-source": {"page": "list", "basis": "conflict"}}]},
                },
            },
            "Lone": {
                "type": "string",
                "x-source": {"page": "javascript:x", "basis": "inferred", "note": "Nobody asks."},
            },
        },
    },
    "x-undocumented": [{"name": "GET /parts", "page": "list", "note": "Path only."}],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "specs" / "things"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(yaml.safe_dump(SMALL, sort_keys=False), encoding="utf-8")
    (folder / "client.toml").write_text(
        '[package]\nname = "credkit_things"\n[operations.getThing]\nname = "things.get"\n', encoding="utf-8"
    )
    return tmp_path


def page_of(project: Path) -> str:
    return vendor_docs.pages(project)[project / "docs" / "vendors" / "things.md"]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table in a section, its head included and the rule below it not."""
    section = page.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in (lines[0], *lines[2:])]


def stated(value: object) -> Iterator[dict[str, str]]:
    """Every `x-source` of a document, wherever it stands; examples of the vendors hold none."""
    if isinstance(value, dict):
        if "x-source" in value:
            yield value["x-source"]
        for one in value.values():
            yield from stated(one)
    elif isinstance(value, list):
        for one in value:
            yield from stated(one)


def test_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out
    assert SPECS


def test_check_names_stale_and_left_pages_and_the_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = project / "docs" / "vendors" / "things.md"
    assert main(["--check"], project) == 1
    assert not page.exists()
    assert main([], project) == 0
    assert main(["--check"], project) == 0
    page.write_text(page.read_text() + "edited\n")
    page.with_name("gone.md").write_text("left over\n")
    capsys.readouterr()
    assert main(["--check"], project) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"docs/vendors/{name}.md is stale: run python scripts/vendor_docs.py" for name in ("things", "gone")
    ]


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yml"])
def test_a_spec_has_its_page_whatever_its_form(project: Path, name: str) -> None:
    spec = project / "specs" / "things" / "openapi.yaml"
    spec.write_text(json.dumps(SMALL))
    spec.rename(spec.with_name(name))
    assert main(["--check"], project) == 1
    assert main([], project) == 0
    page = (project / "docs" / "vendors" / "things.md").read_text()
    assert f"What [`specs/things/{name}`](../../specs/things/{name}) rests on." in page
    assert main(["--check"], project) == 0


def test_counts_are_those_of_the_document(project: Path) -> None:
    """Documented: the operation and Thing. Example: the parameter. Inferred: Lone. Conflict: Thing.name."""
    assert rows(page_of(project), "## Counts") == [
        ["", "documented", "example", "inferred", "conflict", "integration", "all"],
        ["operations", "1", "0", "0", "0", "0", "1"],
        ["parameters", "0", "1", "0", "0", "0", "1"],
        ["schemas", "1", "0", "1", "0", "0", "2"],
        ["properties", "0", "0", "0", "1", "0", "1"],
        ["all", "2", "1", "1", "1", "0", "5"],
    ]


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.parent.name)
def test_counts_of_the_vendors_miss_nothing(spec: Path) -> None:
    expected = Counter(
        one["basis"] for one in stated(yaml.load(spec.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    )
    head, *body = rows(render(read_spec(spec, spec.with_name("client.toml"))), "## Counts")
    total = {basis: int(number) for basis, number in zip(head[1:-1], body[-1][1:-1], strict=True)}
    assert total == {basis: expected[basis] for basis in total}
    assert sum(total.values()) == expected.total()


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.parent.name)
def test_every_operation_contradiction_and_gap_of_the_vendors_is_on_the_page(spec: Path) -> None:
    document = yaml.load(spec.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    page = render(read_spec(spec, spec.with_name("client.toml")))
    operations = [
        operation["operationId"]
        for section in ("paths", "webhooks")
        for item in document.get(section, {}).values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    ]
    assert re.findall(r"^### (.+)$", page, re.MULTILINE) == operations
    named = [row[2] for row in rows(page, "## Operations") if not row[1].startswith("`event ")]
    assert all(named), "an operation has no Python name"
    listed = rows(page, "## Contradictions")[1:] if "\n## Contradictions\n\nNone." not in page else []
    conflicts = sorted(text(one["note"]) for one in stated(document) if one["basis"] == "conflict")
    assert sorted(row[3].replace("\n", " ") for row in listed) == conflicts
    assert all(text(entry["name"]) in page for entry in document.get("x-undocumented", ()))


def test_an_operation_shows_what_is_known_otherwise(project: Path) -> None:
    page = page_of(project)
    link = "[list](https://things.example/list)"
    assert rows(page, "## Operations")[1] == [
        "[getThing](#getthing)", "`GET /things/{id}`", "`things.get`", "documented", link, "2", "1", "0", "1", "0",
    ]  # fmt: skip
    assert [row[:4] for row in rows(page, "### getThing")[1:]] == [
        ["parameter", "parameter `id`", "example", link],
        ["answer 200", "property `Thing.name`", "conflict", link],
    ]
    assert [row[0] for row in rows(page, "## Outside the operations")[1:]] == ["`/components/schemas/Lone`"]
    assert rows(page, "## Named by the vendor, not described")[1:] == [["GET /parts", link, "Path only."]]


def test_a_component_without_a_source_inherits_that_of_the_document(project: Path) -> None:
    spec = project / "specs" / "things" / "openapi.yaml"
    document = yaml.load(spec.read_text(), Loader=yaml.CSafeLoader)
    del document["components"]["schemas"]["Thing"]["x-source"]
    for source, basis in (
        (None, "not stated"),
        ({"page": "list", "basis": "inferred", "note": "All of it."}, "inferred"),
    ):
        spec.write_text(yaml.safe_dump({**document, **({"x-source": source} if source else {})}, sort_keys=False))
        read = read_spec(spec, spec.with_name("client.toml"))
        (operation,) = read.operations()
        assert [(fact.node.name, fact.basis) for fact in facts_of(read, operation)] == [
            ("Id", "example"),
            ("Thing", basis),
            ("name", "conflict"),
        ]


def test_a_hostile_note_stays_text(project: Path) -> None:
    page = page_of(project)
    note = rows(page, "### getThing")[2]
    assert len(note) == 5, "the note ends its cell"
    assert note[4] == (
        r"&lt;script&gt;alert(1)&lt;/script&gt; \| \`&lt;b&gt;\` \[x\](javascript:x) \# head \\x1b\[31m\\u202e"
    )
    assert "<script" not in page
    assert "](javascript" not in page.replace(r"\](javascript", "")
    assert "# Things &lt;b&gt;: " in page
    assert r"Read \| a thing" in page
    assert all(char.isprintable() or char == "\n" for char in page)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("`status` is `issued`", "`status` is `issued`"),
        ("`a|b`", r"\`a\|b\`"),
        ("`open", r"\`open"),
        ("a_b *c* ~d~ &lt;", r"a\_b \*c\* \~d\~ &amp;lt;"),
        (None, ""),
    ],
)
def test_text_is_escaped(given: str | None, shown: str) -> None:
    assert text(given) == shown
