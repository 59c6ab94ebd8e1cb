"""Entries of client.toml that match nothing are refused, each with its line and the nearest name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from credkit_codegen.config import load_config
from credkit_codegen.diagnostics import SpecError
from credkit_codegen.lint import Profile, Settings, lint_document
from credkit_codegen.load import load_document

from .support import Build, document

MEMBER = {"type": "object", "properties": {"e-mail": {"type": "string"}}}
DOCUMENT: dict[str, Any] = document(
    paths={
        "/people": {
            "post": {
                "operationId": "addPerson",
                "tags": ["people"],
                "parameters": [{"name": "dry-run", "in": "query", "schema": {"type": "boolean"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
                "responses": {"200": {"description": "ok"}},
            }
        }
    },
    schemas={"Person": MEMBER, "Id": {"type": "string"}},
    components={"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}}},
    servers=[{"url": "https://{REGION}.example.com", "variables": {"REGION": {"default": "eu"}}}],
)
PACKAGE = '[package]\nname = "x"\n'
MATCHING = """
[credentials]
bearerAuth = "key"
[server_variables]
REGION = "region"
[resources.people]
description = "People."
[operations.addPerson]
name = "people.add"
arguments = { dry-run = "only_try", e-mail = "email", "" = "person" }
[schemas.Person.fields]
e-mail = "email"
[schemas.Id]
newtype = true
"""


def refused(build: Build, path: Path, text: str) -> list[str]:
    path.write_text(PACKAGE + text)
    with pytest.raises(SpecError) as raised:
        build(DOCUMENT, config=load_config(path))
    assert {item.file for item in raised.value.diagnostics} == {str(path)}
    return [f"{item.line}:{item.column} {item.message} | {item.help}" for item in raised.value.diagnostics]


def test_what_matches_is_taken(build: Build, tmp_path: Path) -> None:
    (tmp_path / "client.toml").write_text(PACKAGE + MATCHING)
    (found,) = build(DOCUMENT, config=load_config(tmp_path / "client.toml")).operations
    assert found.name == "add"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[operations.addPersons]\nname = "people.add"', '3:1 operations: expected an operationId of the document; got "addPersons", which matches nothing | the nearest is "addPerson"'),
        ('[operations]\n  # renamed\n  nope.body = "spread"', '5:3 operations: expected an operationId of the document; got "nope", which matches nothing | take the entry out'),
        ('[operations.addPerson.arguments]\n"dry_run" = "a"', '4:1 operations.addPerson.arguments: expected a parameter or body member, as on the wire; got "dry_run", which matches nothing | the nearest is "dry-run"'),
        ('[schemas.Persona]\nname = "P"', '3:1 schemas: expected a schema of the document; got "Persona", which matches nothing | the nearest is "Person"'),
        ('[schemas.Person.fields]\nemail = "email"', '4:1 schemas.Person.fields: expected a property of the schema; got "email", which matches nothing | the nearest is "e-mail"'),
        ('[credentials]\nbearer = "token"', '4:1 credentials: expected a security scheme of the document; got "bearer", which matches nothing | the nearest is "bearerAuth"'),
        ('[server_variables]\nREGIO = "region"', '4:1 server_variables: expected a variable of a server\'s URL; got "REGIO", which matches nothing | the nearest is "REGION"'),
        ('[resources.peoples]\ndescription = "x"', '3:1 resources: expected a resource of the client; got "peoples", which matches nothing | the nearest is "people"'),
    ],
)  # fmt: skip
def test_what_matches_nothing_is_refused(build: Build, tmp_path: Path, text: str, told: str) -> None:
    (found,) = refused(build, tmp_path / "client.toml", text)
    assert found.startswith(told)


def test_all_of_them_are_told_in_one_run(build: Build, tmp_path: Path) -> None:
    text = '[operations.a]\nbody = "spread"\n[schemas.b]\nname = "B"\n'
    assert [line.partition(" ")[0] for line in refused(build, tmp_path / "client.toml", text)] == ["3:1", "5:1"]


@pytest.mark.parametrize("profile", list(Profile))
def test_lint_tells_them_too(build: Build, tmp_path: Path, profile: Profile) -> None:
    refused(build, tmp_path / "client.toml", '[operations.nope]\nbody = "spread"\n')
    config = load_config(tmp_path / "client.toml")
    found = lint_document(load_document(tmp_path / "openapi.json"), Settings(profile=profile), config).diagnostics
    (told,) = [item for item in found if item.file.endswith("client.toml")]
    assert (told.file, told.line, told.rule) == (str(tmp_path / "client.toml"), 3, "config-unmatched")
