"""A package as the generator would make it, written by hand on urllib alone, with faults that can be switched on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .support import document

PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1},
        "tag": {"type": "string"},
        "born": {"type": "string", "format": "date-time"},
    },
}
PATHS = {
    "/pets/{petId}": {
        "post": {
            "operationId": "renamePet",
            "parameters": [
                {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}},
                {"name": "dry-run", "in": "query", "schema": {"type": "boolean"}},
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
            },
            "responses": {
                "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "404": {"content": {"application/json": {"schema": {"type": "object"}}}},
            },
        }
    }
}
SPEC = document(PATHS, version="3.0.3", schemas={"Pet": PET}).root

DESCRIPTION: dict[str, Any] = {
    "package": "fake_pets",
    "client": "Pets",
    "credentials": [{"scheme": "key", "kind": "api_key", "parameter": "key"}],
    "operations": [
        {
            "operation_id": "renamePet",
            "method": "POST",
            "path": "/pets/{petId}",
            "python": "pets.rename",
            "parameters": [
                {"api_name": "petId", "in": "path", "name": "pet_id", "required": True},
                {"api_name": "dry-run", "in": "query", "name": "dry_run", "required": False},
            ],
            "body": {
                "media_type": "application/json",
                "mode": "spread",
                "argument": None,
                "required": True,
                "fields": [
                    {"api_name": "name", "name": "name", "required": True},
                    {"api_name": "tag", "name": "tag", "required": False},
                    {"api_name": "born", "name": "born", "required": False},
                ],
            },
            "returns": "Pet",
            "degraded": [],
        }
    ],
}

CODE = """
from __future__ import annotations
import json, urllib.error, urllib.request
from datetime import datetime
from credkit.runtime.errors import StatusError

FAULT = {fault!r}

class NotFound(StatusError):
    def __init__(self, status, body):
        Exception.__init__(self, "not found")
        self.status, self.body = status, body

class _Pets:
    def __init__(self, base_url): self.base_url = base_url
    def rename(self, pet_id: int, *, name: str, dry_run: bool | None = None, tag: {tag} = None, born: datetime | None = None):
        body = {{"name": name}}
        if tag is not None: body["tag"] = tag
        if born is not None: body["born"] = born.isoformat().replace("+00:00", "Z")
        query = "" if dry_run is None else f"?dry-run={{json.dumps(dry_run)}}"
        if FAULT == "drops the query": query = ""
        if FAULT == "drops a member": body.pop("tag", None)
        if FAULT == "writes integers": body["name"] = 5
        if FAULT == "another path": pet_id = f"x/{{pet_id}}"
        if FAULT == "adds a query": query = "?more=1"
        if FAULT == "sends nothing": raise RuntimeError("no")
        request = urllib.request.Request(f"{{self.base_url}}/pets/{{pet_id}}{{query}}", json.dumps(body).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request) as response: value = json.load(response)
        except urllib.error.HTTPError as error:
            if FAULT == "hides errors": return None
            raise NotFound(error.code, json.load(error)) from None
        if FAULT == "loses members": value.pop("tag", None)
        if FAULT == "changes values": value["id"] += 1
        if FAULT == "cannot parse": raise ValueError("broken")
        return value

class Pets:
    def __init__(self, *, key=None, base_url=None, **options): self.pets = _Pets(base_url)
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
"""


def write_package(folder: Path, fault: str = "") -> Path:
    """Write the package into a folder."""
    package = folder / "fake_pets"
    package.mkdir(parents=True)
    tag = "datetime | None" if fault == "narrow type" else "str | None"
    (package / "__init__.py").write_text(CODE.format(fault=fault, tag=tag))
    return folder
