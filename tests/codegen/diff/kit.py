"""Documents for the tests of diff: complete ones from the part that changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from credkit_codegen.diff.change import Change, Direction
from credkit_codegen.diff.engine import diff_documents
from credkit_codegen.diff.inputs import read_document

Part = Mapping[str, Any]
DOCUMENT = frozenset({"openapi", "paths", "servers", "components", "webhooks", "x-webhook-signature"})
PETS: dict[str, Any] = {
    name: {
        "title": name,
        "type": "object",
        "required": ["kind", word],
        "properties": {"kind": {"type": "string"}, word: {"type": kind}},
    }
    for name, word, kind in (("Cat", "meow", "string"), ("Dog", "bark", "integer"), ("Fish", "fin", "boolean"))
}


def document(part: Part) -> dict[str, Any]:
    """A document that holds `part`: members of a document, an operation, or (`request`, `response`) a schema."""
    found: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"}, "paths": {}}
    found["components"] = {"schemas": dict(PETS)}
    if part.keys() & DOCUMENT:
        for key, value in part.items():
            found[key] = {**value, "schemas": {**PETS, **value.get("schemas", {})}} if key == "components" else value
        return found
    operation: dict[str, Any] = {"operationId": "sendPet", "responses": {"200": {"description": "A pet."}}}
    if "request" in part:
        operation["requestBody"] = {"content": {"application/json": {"schema": part["request"]}}}
    if "response" in part:
        media = {"application/json": {"schema": part["response"]}}
        operation["responses"]["200"] = {"description": "A pet.", "content": media}
    found["paths"] = {"/pets": {"post": operation if part.keys() & {"request", "response"} else {**operation, **part}}}
    return found


def diff(old: Part, new: Part, folder: Path) -> tuple[Change, ...]:
    """The changes from one part to another."""
    sides = []
    for name, part in (("old.yaml", old), ("new.yaml", new)):
        path = folder / name
        path.write_text(yaml.safe_dump(document(part), sort_keys=False), encoding="utf-8")
        sides.append(read_document(path, name))
    return diff_documents(*sides)


def place_schema(schema: Any, direction: Direction) -> dict[str, Any]:
    """The part that has a schema in what is sent, or in what comes."""
    return {direction.value: schema}
