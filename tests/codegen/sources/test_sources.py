"""The account of what a spec rests on: counted right, aged right, and shown as text wherever it is shown."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from credkit_codegen import cli
from credkit_codegen.sources.account import Account, certain, take_account
from credkit_codegen.sources.output import render_json, render_text
from credkit_codegen.sources.page import link, prose, render_html, shares
from credkit_codegen.sources.reading import count_sources, read_spec

ROOT = Path(__file__).resolve().parents[3]
SPECS = sorted(ROOT.glob("specs/*/openapi.yaml"))
HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(2)>\"'`\x1b[31m\u202e"
SPEC = {
    "openapi": "3.1.0",
    "info": {
        "title": f"Things {HOSTILE}",
        "version": "1",
        "x-sources": {
            "list": {"url": "https://things.example/list", "read": "2026-05-01"},
            "guide": {"url": "https://things.example/guide", "read": "2026-11-01"},
            "plain": "https://things.example/plain",
            "odd": {"url": "javascript:alert(1)", "read": "soon"},
        },
    },
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "x-source": {"page": "list", "basis": "documented"},
                "parameters": [
                    {"name": "page", "in": "query", "x-source": {"page": "guide", "basis": "inferred", "note": HOSTILE}}
                ],
                "responses": {
                    "200": {
                        "description": "Things.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "x-source": {"page": "odd", "basis": "conflict", "note": HOSTILE},
                "properties": {"id": {"type": "string", "x-source": {"page": "plain", "basis": "example"}}},
            }
        }
    },
    "x-undocumented": [{"name": f"GET {HOSTILE}", "page": "list", "note": "Path only."}],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "specs" / "things"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(yaml.safe_dump(SPEC, sort_keys=False))
    return tmp_path


def account(project: Path, older_than: int = 180) -> Account:
    spec = project / "specs" / "things" / "openapi.yaml"
    return take_account(read_spec(spec, None), date(2026, 11, 21), older_than, project)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_every_part_is_listed_with_its_place_page_and_basis(project: Path) -> None:
    found = account(project)
    assert [(part.kind, part.name, part.basis, part.page) for part in found.parts] == [
        ("operation", "listThings", "documented", "list"),
        ("parameter", "page", "inferred", "guide"),
        ("schema", "Thing", "conflict", "odd"),
        ("property", "Thing.id", "example", "plain"),
    ]
    text = (project / "specs" / "things" / "openapi.yaml").read_text().split("\n")
    assert [text[part.line - 1].strip() for part in found.parts] == ["get:", "- name: page", "Thing:", "id:"]
    assert {part.file for part in found.parts} == {found.spec} == {"specs/things/openapi.yaml"}
    assert dict(found.counts) == {"documented": 1, "example": 1, "inferred": 1, "conflict": 1, "integration": 0}
    (operation,) = found.operations
    assert (operation.name, operation.signature, dict(operation.counts)) == (
        "listThings",
        "GET /things",
        {"documented": 1, "inferred": 1, "conflict": 1, "example": 1},
    )


def test_pages_have_an_age_when_somebody_wrote_down_the_day(project: Path) -> None:
    found = {page.key: (page.age, page.is_old) for page in account(project).pages}
    assert found == {"list": (204, True), "guide": (20, False), "plain": (None, False), "odd": (None, False)}
    assert account(project, older_than=204).old == ()
    assert [page.key for page in account(project, older_than=19).old] == ["list", "guide"]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_the_counts_of_the_vendors_are_those_of_the_reading(path: Path) -> None:
    spec = read_spec(path, path.with_name("client.toml"))
    found = take_account(spec, date(2026, 11, 21), 180)
    assert sum(found.counts.values()) == len(found.parts) == count_sources(spec).total() > 0
    assert {page.key for page in found.pages} >= set(spec.entries)
    assert sum(sum(page.counts.values()) for page in found.pages) == len(found.parts)
    assert all(operation.counts for operation in found.operations)


class Reader(HTMLParser):
    """Elements, links and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_holds_text_of_a_spec_as_text_and_needs_nothing_else(project: Path) -> None:
    page = render_html(account(project))
    found = Reader(page)
    assert not found.tags & {"script", "img", "iframe", "link", "object", "form"}
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "src"]
    assert {value for name, value in found.attributes if name == "href"} == {
        "https://things.example/list",
        "https://things.example/guide",
        "https://things.example/plain",
    }
    assert "</style><script>alert(1)</script><img src=x onerror=alert(2)>\"'`\\x1b[31m\\u202e" in found.text
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "url(" not in page
    assert "@import" not in page
    for wanted in ("25%", "In conflict between pages", "204 days ago", "20 days ago", "not written down", "hearsay"):
        assert (wanted in found.text) is (wanted != "hearsay")


def test_links_are_https_and_nothing_else() -> None:
    assert link("https://a.example/b?c#d") == "https://a.example/b?c#d"
    bad = ("javascript:alert(1)", "http://a.example", " https://a", "https://a\n.example", "data:x", "", "https://[")
    assert [link(address) for address in bad] == [""] * len(bad)


def test_notes_are_escaped_and_show_code() -> None:
    assert prose("`<a>` & `b`; a ` alone") == "<code>&lt;a&gt;</code> &amp; <code>b</code>; a ` alone"
    assert "<b>" not in prose("``<b>`") + prose("`<b>") + prose("<b>`") + prose("")


def test_bars_add_up(project: Path) -> None:
    assert shares({"documented": 3, "conflict": 1}, ("documented", "example", "conflict")) == [
        ("documented", 3, 75.0),
        ("conflict", 1, 25.0),
    ]
    assert shares({}, ("documented",)) == []
    assert (certain({"documented": 2, "example": 1}), certain({})) == (66, 0)


def test_text_does_not_steer_the_terminal_and_json_holds_everything(project: Path) -> None:
    text = render_text(account(project))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "  list   2026-05-01, 204 days OLD" in text
    assert "specs/things/openapi.yaml:" in text
    data = json.loads(render_json(account(project)))
    assert data["parts"][2]["note"] == HOSTILE
    assert data["pages"][0]["read"] == "2026-05-01"
    assert data["undocumented"][0]["url"] == "https://things.example/list"


def test_the_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("sources", "things", "--root", str(project), "--today", "2026-11-21")
    assert run(*given) == 0
    assert capsys.readouterr().out == render_text(account(project))
    assert run(*given, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["vendor"] == "things"
    target = project / "report.html"
    assert run(*given, "--format", "html", "--output", str(target)) == 0
    assert "25% documented, 1 conflict, 1 read more than 180 days before 2026-11-21" in capsys.readouterr().out
    assert target.read_text() == render_html(account(project))
    assert run(*given, "--fail-old") == 1
    assert run(*given, "--output", str(project)) == 2
    assert "expected a file that can be written" in capsys.readouterr().err
    assert run("sources", "nobody", "--root", str(project)) == 2
    assert run("sources", "things", "--root", str(project), "--today", "yesterday") == 2
    assert run("sources", "--help") == 0
    assert str(project) not in target.read_text()


def test_lint_knows_both_forms_of_a_page(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("lint", str(project / "specs" / "things" / "openapi.yaml"), "--rule", "extension-malformed")
    out = capsys.readouterr().out
    assert out.count("error: x-sources") == 2
    assert "soon" in out
    assert "javascript:" in out


def test_overlaid_parts_are_told_with_the_overlay(project: Path) -> None:
    folder = project / "specs" / "things"
    (folder / "overlay.yaml").write_text(
        "overlay: 1.1.0\ninfo: {title: t, version: '1'}\nactions:\n"
        "  - target: $.components.schemas.Thing.properties\n    description: why\n"
        "    update:\n      name: {type: string, x-source: {page: guide, basis: documented}}\n"
    )
    (folder / "client.toml").write_text('overlays = ["overlay.yaml"]\n[package]\nname = "things"\n')
    spec = read_spec(folder / "openapi.yaml", folder / "client.toml")
    part = take_account(spec, date(2026, 11, 21), 180, project).parts[-1]
    assert (part.name, part.file, part.line) == ("Thing.name", "specs/things/overlay.yaml", 7)
