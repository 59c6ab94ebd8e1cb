"""The README of a generated package: its calls can be typed as they stand, and none of them prints a token."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from credkit_codegen.pipeline import Target, generate

TEXT = {"type": "string"}
TOKEN = {"type": "object", "properties": {"access_token": TEXT}}


def answers(schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def body(media_type: str, *names: str) -> dict[str, Any]:
    schema = {"type": "object", "required": list(names), "properties": dict.fromkeys(names, TEXT)}
    if media_type.startswith("multipart"):
        schema["properties"] = {name: {"type": "string", "format": "binary"} for name in names}
    return {"required": True, "content": {media_type: {"schema": schema}}}


ITEM = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Zoo", "version": "1"},
    "paths": {
        "/login": {
            "post": {
                "operationId": "login",
                "tags": ["auth"],
                "security": [],
                "requestBody": body("application/json", "username", "password"),
                "responses": answers(TOKEN),
            }
        },
        "/animals/{id}": {
            "put": {
                "operationId": "replaceAnimal",
                "tags": ["animals"],
                "parameters": ITEM,
                "requestBody": body("application/json", "name"),
                "responses": answers({"type": "object", "properties": {"name": TEXT}}),
            }
        },
    },
    "components": {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}}},
    "security": [{"bearerAuth": []}],
}
PHOTO = {
    "post": {
        "operationId": "addPhoto",
        "tags": ["animals"],
        "requestBody": body("multipart/form-data", "photo"),
        "responses": {"204": {"description": "ok"}},
    }
}


def readme(folder: Path, **more: Any) -> str:
    spec = folder / "openapi.json"
    spec.write_text(json.dumps(DOCUMENT | more), encoding="utf-8")
    generate(Target(spec=spec, out=folder / "out", package="zoo"))
    return (folder / "out" / "README.md").read_text("utf-8")


def test_calls_are_shown_as_they_can_be_made(tmp_path: Path) -> None:
    text = readme(tmp_path, paths={**DOCUMENT["paths"], "/photos": PHOTO})
    assert "| `auth.login(*, username, password)` |" in text
    assert "| `animals.replace_animal(id, *, name)` |" in text
    assert text.index("## Call") < text.index("`credkit.File`") < text.index("## Status and headers")


def test_the_example_needs_the_credential(tmp_path: Path) -> None:
    text = readme(tmp_path)
    assert "zoo.animals.replace_animal(" in text
    assert "zoo.auth.login(" not in text
    assert "credkit.File" not in text


EVENT = {"post": {"requestBody": body("application/json", "name"), "responses": {"204": {"description": "ok"}}}}
SIGNATURE = {"scheme": "standard-webhooks"}


@pytest.mark.parametrize(("more", "arguments"), [({}, ""), ({"x-webhook-signature": SIGNATURE}, ", secret=…")])
def test_webhooks_are_imported_and_have_a_secret_only_where_they_are_signed(
    tmp_path: Path, more: dict[str, Any], arguments: str
) -> None:
    text = readme(tmp_path, webhooks={"born": EVENT}, **more)
    assert f"After `from zoo import webhooks`, `webhooks.parse(headers, body{arguments})` turns" in text
    assert ("names no signature" in text) == (not more)


@pytest.mark.parametrize(
    ("servers", "is_asked"),
    [([], True), ([{"url": "/"}], True), ([{"url": "https://zoo.example.com"}], False)],
)
def test_a_document_that_does_not_say_where_the_api_lives(
    tmp_path: Path, servers: list[dict[str, str]], is_asked: bool
) -> None:
    constructor = 'Zoo(token="...", base_url="https://api.example.com")' if is_asked else 'Zoo(token="...") as zoo'
    assert f"with {constructor}" in readme(tmp_path, servers=servers)
