"""Small documents, and requests that answer to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.judge.document import Document, Operation
from scripts.judge.intent import Argument, BodyIntent, Intent
from scripts.judge.wire import Captured


def document(paths: Mapping[str, Any], *, version: str = "3.1.0", **components: Any) -> Document:
    """A document in memory."""
    root = {
        "openapi": version,
        "info": {"title": "Test", "version": "1"},
        "paths": dict(paths),
        "components": components,
    }
    return Document(Path("/nowhere/openapi.json"), json.loads(json.dumps(root)))


def one(made: Document) -> Operation:
    """Its only operation."""
    (operation,) = made.operations()
    return operation


def get(*parameters: Mapping[str, Any], path: str = "/things", version: str = "3.1.0") -> Document:
    """A document with a GET that has these parameters."""
    return document({path: {"get": {"parameters": list(parameters), "responses": {"204": {}}}}}, version=version)


def post(media_type: str, media: Mapping[str, Any], version: str = "3.1.0") -> Document:
    """A document with a POST that has this body."""
    body = {"required": True, "content": {media_type: media}}
    return document({"/things": {"post": {"requestBody": body, "responses": {"204": {}}}}}, version=version)


def intent_of(made: Document, *values: Any, body: Any = None) -> Intent:
    """An intent with a value for every parameter, in order, and for the body."""
    operation = one(made)
    arguments = tuple(Argument(node, value) for node, value in zip(operation.parameters, values, strict=True))
    content = operation.node.get("requestBody", {}).get("content", {})
    meant = None
    if content:
        media_type, media = next(iter(content.items()))
        meant = BodyIntent(media_type, media, body)
    return Intent("full", arguments, meant)


def change(captured: Captured, **fields: Any) -> Captured:
    """The same request with other fields."""
    names = ("method", "target", "headers", "body")
    return Captured(**{name: fields.get(name, getattr(captured, name)) for name in names})
