"""`new`: everything or nothing is written, what is written loads, lints clean and generates, and nothing is made up."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credkit_codegen import cli
from scripts import sandbox_documents

EXAMPLES = """\
https://docs.things.dev/things
curl -X POST https://api.things.dev/v1/things -H 'Authorization: Bearer <token>' -H 'Content-Type: application/json' \\
  -d '{"name": "A", "owner": {"id": "o", "email": "a@b.dev"}}'
{"id": "th_1", "name": "A", "owner": {"id": "o", "email": "a@b.dev"}, "createdAt": "2025-05-21T08:09:41Z"}
"""
MORE = """\
Source: https://docs.things.dev/reading
GET /v1/things/{thingId}?full=true HTTP/1.1
Host: api.things.dev
Authorization: Bearer <token>

{"id": "th_1", "name": "A", "owner": {"id": "o", "email": "a@b.dev"}, "tags": []}
"""
PUBLISHED = """\
# As the vendor publishes it.\r
openapi: 3.0.3\r
info: {title: Pets, version: "1"}\r
servers: [{url: https://pets.dev}]\r
paths:\r
  /pets: {get: {operationId: listPets, tags: [pets], responses: {"200": {$ref: "parts/pet.yaml#/Pets"}}}}\r
"""
STUBS = {
    "tests/specs/test_{}.py",
    "src/credkit/adapters/{}.py",
    "tests/facade/test_{}.py",
    "src/credkit/sandbox/vendors/{}.py",
    "tests/sandbox/test_{}.py",
}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the layers that a vendor has a part in."""
    for folder in ("specs", "src/credkit/adapters", "src/credkit/sandbox/vendors", "pages"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pages" / "things.txt").write_text(EXAMPLES)
    (tmp_path / "pages" / "reading.md").write_text(MORE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def document(project: Path, vendor: str = "things") -> dict[str, Any]:
    loaded = yaml.safe_load((project / "specs" / vendor / "openapi.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_a_blank_vendor_has_all_its_parts_and_works(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = set(tree(project))
    assert run("new", "acme", "--docs", "https://docs.acme.dev/api", "--server", "https://api.acme.dev") == 0
    out = capsys.readouterr().out
    assert out.startswith("acme: 2 operations; 7 files written\n  specs/acme/openapi.yaml\n")
    written = {"specs/acme/openapi.yaml", "specs/acme/client.toml"} | {name.format("acme") for name in STUBS}
    assert set(tree(project)) - before == written
    assert run("lint", "specs/acme/openapi.yaml", "--profile", "minimal", "--fail-on", "info") == 0
    assert run("generate", "acme") == 0
    assert run("check") == 0
    assert run("sources", "acme", "--older-than", "1", "--fail-old") == 0
    assert document(project, "acme")["servers"][0]["url"] == "https://api.acme.dev"


def test_a_project_without_the_facade_gets_the_spec_and_its_test_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("new", "acme", "--root", str(tmp_path)) == 0
    assert set(tree(tmp_path)) == {"specs/acme/openapi.yaml", "specs/acme/client.toml", "tests/specs/test_acme.py"}


def test_examples_become_operations_with_every_fact_marked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", "things", "--from-examples", "pages", "--read", "2026-11-02") == 0
    assert capsys.readouterr().out.startswith("things: 2 operations; 7 files written\n")
    spec = document(project)
    assert spec["info"]["x-sources"] == {
        "reading": {"url": "https://docs.things.dev/reading", "read": "2026-11-02"},
        "things": {"url": "https://docs.things.dev/things", "read": "2026-11-02"},
    }
    assert spec["servers"][0]["url"] == "https://api.things.dev/v1"
    assert spec["servers"][0]["x-source"]["basis"] == "inferred"
    create, get = spec["paths"]["/things"]["post"], spec["paths"]["/things/{thingId}"]["get"]
    assert (create["operationId"], create["x-retry"], create["x-source"]["basis"]) == (
        "createThing",
        "unsafe",
        "example",
    )
    assert create["responses"]["200"] == create["responses"]["201"]
    assert spec["components"]["responses"]["CreateThingDone"]["x-source"]["basis"] == "inferred"
    assert get["responses"]["200"]["x-source"]["basis"] == "inferred"
    assert [(one["name"], one["in"], one["schema"]["type"]) for one in get["parameters"]] == [
        ("thingId", "path", "string"),
        ("full", "query", "boolean"),
    ]
    assert create["security"] == get["security"] == [{"bearerAuth": []}]
    schemas = spec["components"]["schemas"]
    assert all(schema["x-source"]["basis"] in ("example", "inferred") for schema in schemas.values())
    assert '"required":' not in json.dumps(schemas)
    assert schemas["Owner"]["properties"] == {
        "id": {"type": "string"},
        "email": {"type": "string", "format": "email", "x-secret": True},
    }
    assert schemas["GetThingResponse"]["properties"]["tags"]["items"]["x-source"]["basis"] == "inferred"
    body = create["requestBody"]["content"]["application/json"]
    assert body["examples"]["things"]["value"] == {"name": "A", "owner": {"id": "o", "email": "a@b.dev"}}
    assert (project / "specs" / "things" / "client.toml").read_text().count("[operations.") == 2


def test_what_a_page_names_and_no_example_calls_is_noted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """POST /things has an example, with the server's `/v1` before it; an example of GET has the path's id."""
    named = "POST /things\nPOST /v1/owners\nGET /things/{id}\nGET /v1/things\nPOST /things/{thingId}/revoke\n"
    page = project / "pages" / "things.txt"
    page.write_text(EXAMPLES + "\n" + named)
    assert run("new", "things", "--from-examples", "pages") == 0
    notes = [line.removeprefix("  note: ") for line in capsys.readouterr().err.splitlines()]
    assert notes == [
        f"things.txt: {named} is named, and no example calls it"
        for named in ("POST /v1/owners", "GET /v1/things", "POST /things/{thingId}/revoke")
    ]
    assert "no error is described" not in (project / "specs" / "things" / "openapi.yaml").read_text()


def test_drafts_lint_clean_and_generate(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", "things", "--from-examples", "pages") == 0
    assert run("lint", "specs/things/openapi.yaml", "--profile", "minimal", "--fail-on", "info") == 0
    assert run("generate", "things") == 0
    capsys.readouterr()
    assert run("inspect", "things") == 0
    out = capsys.readouterr().out
    assert "things.create  POST /things  -> CreateThingResponse" in out
    assert "things.get     GET /things/{thingId}  -> GetThingResponse" in out


SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs the pages of the seeds")
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_real_pages_become_drafts_that_generate(project: Path, path: Path) -> None:
    for page in (project / "pages").iterdir():
        page.unlink()
    (project / "pages" / "page.txt").write_bytes(path.read_bytes())
    assert run("new", "real", "--from-examples", "pages", "--docs", "https://docs.real.dev") == 0
    assert run("lint", "specs/real/openapi.yaml", "--profile", "minimal", "--fail-on", "info") == 0
    assert run("generate", "real") == 0


def test_a_real_key_in_an_example_is_not_written_down(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    (project / "pages" / "things.txt").write_text(
        EXAMPLES.replace('"name": "A"', f'"name": "{key}"').replace("<token>", key)
    )
    assert run("new", "things", "--from-examples", "pages") == 0
    assert not [path for path, content in tree(project).items() if key.encode() in content and path[:5] != "pages"]
    assert "things.txt:2: an example holds what looks like a real credential" in capsys.readouterr().err


def test_a_published_document_is_kept_byte_for_byte(project: Path) -> None:
    (project / "in" / "parts").mkdir(parents=True)
    (project / "in" / "pets.yaml").write_bytes(PUBLISHED.encode())
    part = b"Pets:\n  description: ok\n"
    (project / "in" / "parts" / "pet.yaml").write_bytes(part)
    assert run("new", "pets", "--from", "in/pets.yaml") == 2
    assert run("new", "pets", "--from", "in/pets.yaml", "--docs", "https://pets.dev/openapi.yaml") == 0
    found = tree(project)
    assert found["specs/pets/openapi.yaml"] == PUBLISHED.encode()
    assert found["specs/pets/parts/pet.yaml"] == part
    assert b"url: https://pets.dev/openapi.yaml" in found["specs/pets/overlay.yaml"]
    assert b'overlays = ["overlay.yaml"]' in found["specs/pets/client.toml"]
    assert run("lint", "specs/pets/openapi.yaml", "--profile", "minimal", "--fail-on", "info") == 0
    assert run("generate", "pets") == 0


FROM_A_FRAMEWORK = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "0.1.0"},
    "paths": {
        "/pets/{pet_id}": {
            "parameters": [{"name": "pet_id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "parameters": [{"name": "pet_id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"$ref": "parts.json#/Pet"}}},
                    }
                },
            },
        }
    },
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    "security": [{"key": []}],
}
PARTS = {"Pet": {"type": "object", "properties": {"mother": {"$ref": "#/Pet"}, "name": {"type": "string"}}}}


def test_a_document_without_servers_and_operation_ids_has_a_simulator_that_works(project: Path) -> None:
    (project / "in").mkdir()
    (project / "in" / "pets.json").write_text(json.dumps(FROM_A_FRAMEWORK))
    (project / "in" / "parts.json").write_text(json.dumps(PARTS))
    assert run("new", "petshop", "--from", "in/pets.json", "--docs", "https://pets.dev/openapi.json") == 0
    assert run("generate", "petshop") == 0
    assert sandbox_documents.main([], project) == 0
    assert sandbox_documents.main(["--check"], project) == 0
    rules = json.loads((project / "src/credkit/sandbox/documents/petshop.json").read_text())
    assert rules["operations"] == {
        "getPetsByPetId": {
            "parameters": [{"name": "pet_id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "body": None,
            "responses": {"200": {"application/json": {"$ref": "#/$defs/parts.json.Pet"}}},
            "scopes": [],
        }
    }
    pet = {"type": "object", "properties": {"mother": {"$ref": "#/$defs/parts.json.Pet"}, "name": {"type": "string"}}}
    assert rules["$defs"] == {"parts.json.Pet": pet}
    play = f"""
import importlib, sys
import credkit.sandbox, credkit.sandbox.document, credkit.sandbox.vendors
sys.path.insert(0, "generated/petshop")
credkit.sandbox.vendors.__path__.insert(0, {str(project / 'src/credkit/sandbox/vendors')!r})
credkit.sandbox.document.files = lambda package: importlib.import_module("pathlib").Path("src/credkit/sandbox")
from credkit.sandbox.simulator import Simulator, on
from credkit.sandbox.answers import Answer
from credkit.sandbox.testing import send
from credkit.sandbox.vendors.petshop import PetshopSimulator
import credkit_petshop.pets as pets

class Played(PetshopSimulator):
    @on(pets.GET_PETS_BY_PET_ID)
    def get(self, call):
        return Answer(body={{"name": "Rex", "mother": {{"name": "Ada"}}}})

print(Played().client.pets.get_pets_by_pet_id(3).mother.name)
refused = send(Played(), "GET", "/pets/rex", headers={{"X-Key": Played().key}})
print(refused.status, [(one["in"], one["pointer"]) for one in refused.json["problems"]])
"""
    done = subprocess.run([sys.executable, "-c", play], capture_output=True, text=True, cwd=project, check=False)
    assert (done.stdout, done.stderr) == ("Ada\n400 [('path', '/pet_id')]\n", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("openapi: [", "yaml-syntax"),
        ("swagger: '2.0'\n", "openapi-version"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: '../out.yaml'}}\n", "ref-outside-root"),
        ("openapi: 3.1.0\npaths: {}\n", "overlay-target-missing"),
        ("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {$ref: overlay.yaml}}\n", "import-clash"),
    ],
)
def test_a_document_that_cannot_be_used_leaves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (project / "pages" / "in.yaml").write_text(text)
    (project / "pages" / "overlay.yaml").write_text("{}\n")
    before = tree(project)
    assert run("new", "pets", "--from", "pages/in.yaml", "--docs", "https://pets.dev/openapi.yaml") == 2
    assert message in capsys.readouterr().err
    assert tree(project) == before


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Acme",
        "acme-x",
        "../acme",
        "a/b",
        "1acme",
        "_acme",
        "acme_",
        "a__b",
        "con",
        "models",
        "runtime",
        "é",
        "a" * 41,
        "a\n",
        ".",
    ],
)
def test_vendor_names_are_checked(project: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    before = tree(project)
    assert run("new", "--", name) == 2
    err = capsys.readouterr().err
    assert err.startswith("credkit-codegen: error: expected a ")
    assert all(char.isprintable() or char == "\n" for char in err)
    assert tree(project) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--docs", "http://docs.dev"], "expected an address that begins with https:// for --docs"),
        (["--server", "https://"], "expected an address that begins with https:// for --server"),
        (["--client", "acme"], "expected a Python class name"),
        (["--client", "Operation"], "expected a Python class name"),
        (["--from", "x", "--from-examples", "y"], "got both"),
        (["--from", "x", "--server", "https://a.dev"], "expected --server without --from"),
        (["--from-examples", "nowhere"], "expected a folder for --from-examples"),
        (["--from-examples", "specs"], "expected 1 to 500 pages"),
        (["--from-examples", "silent", "--docs", "https://a.dev"], "expected a curl command"),
        (["--from-examples", "silent"], "expected the address of each page; a.txt has none"),
        (["--read", "today"], "does not match the format"),
    ],
)
def test_usage(project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    (project / "silent").mkdir()
    (project / "silent" / "a.txt").write_text("Nothing here.\n")
    before = tree(project)
    assert run("new", "acme", *arguments) == 2
    assert message in capsys.readouterr().err
    assert tree(project) == before


@pytest.mark.parametrize(
    "taken", sorted({"specs/acme/notes.md", "generated/acme/x", *(name.format("acme") for name in STUBS)})
)
def test_nothing_is_overwritten(project: Path, capsys: pytest.CaptureFixture[str], taken: str) -> None:
    (project / taken).parent.mkdir(parents=True, exist_ok=True)
    (project / taken).write_text("mine")
    before = tree(project)
    assert run("new", "acme") == 2
    assert "there is " in capsys.readouterr().err
    assert tree(project) == before


def test_links_out_of_the_project_are_refused(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (project / "tests").symlink_to(outside)
    assert run("new", "acme") == 2
    assert tree(outside) == {}
    assert not (project / "specs" / "acme").exists()


def test_a_write_that_fails_half_way_leaves_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[object] = []
    real = os.replace

    def replace(source: Any, target: Any) -> None:
        if len(moved) == 3:
            raise OSError(28, "No space left on device")
        moved.append(target)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    before = tree(project), sorted(project.rglob("*"))
    assert run("new", "acme") == 2
    assert len(moved) == 3
    assert (tree(project), sorted(project.rglob("*"))) == before


HOSTILE = [
    '"',
    "'",
    "\\",
    "\n",
    "#",
    "{",
    "}",
    ": ",
    "$",
    "`",
    "é",
    "\u2028",
    "\x1b",
    "a",
    "b",
    "1",
    "/",
    "?",
    "&",
    "=",
    "%0A",
    "|",
    "- ",
    "!",
]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1))
def test_hostile_pages_become_drafts_that_load_or_are_refused(project: Path, seed: int) -> None:
    """Whatever text stands in an address, a header or a body: a spec that loads and lints, or one clear error."""
    draw = random.Random(seed)

    def text() -> str:
        return "".join(draw.choice(HOSTILE) for _ in range(draw.randrange(8)))

    body = json.dumps({text(): text(), text(): [text()], "x": {text(): None}})
    address = f"https://api.things.dev/{text()}/{text()}".replace("\n", "")
    command = f"curl -X POST {address!r} -H {text() + ': ' + text()!r} --data-raw {_quoted(body)}\n{body}\n"
    (project / "pages" / "things.txt").write_text(f"https://docs.things.dev/a\n{command}")
    name = f"v{seed}x{len(list((project / 'specs').iterdir()))}"
    code = run("new", name, "--from-examples", "pages")
    assert code in (0, 2)
    if code == 0:
        assert run("lint", f"specs/{name}/openapi.yaml", "--profile", "minimal", "--fail-on", "error") == 0
        assert run("inspect", name) == 0


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def test_the_stubs_are_in_shape(project: Path) -> None:
    """What is written passes the formatter and the linter of the repository as it is."""
    assert run("new", "acme") == 0
    python = [str(path) for path in project.rglob("*.py")]
    assert len(python) == 5
    root = Path(__file__).resolve().parents[3]
    subprocess.run(
        [sys.executable, "-m", "black", "--check", "-q", "--config", root / "pyproject.toml", *python], check=True
    )
    subprocess.run(
        [sys.executable, "-m", "ruff", "check", "-q", "--config", root / "pyproject.toml", *python], check=True
    )
