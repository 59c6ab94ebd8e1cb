"""A spec to begin with when there is nothing: one call that lists and one that creates, to be replaced by the vendor's own."""

from __future__ import annotations

from ..primitives import JSON
from .text import client_toml, to_yaml
from .vendor import NewVendor

Files = dict[str, str]

_HEAD = """\
The facts about an API: what its pages say, each with the page that says it. docs/spec-conventions.md explains the x-… members,
docs/adding-a-vendor.md the way from here. What stands below is an example of the form: replace it by the vendor's own.\
"""


def blank_spec(vendor: NewVendor) -> Files:
    """openapi.yaml and client.toml of a vendor about whom nothing is known yet."""
    methods = {"listThings": "things.list", "createThing": "things.create"}
    return {
        "openapi.yaml": to_yaml(_document(vendor), _HEAD),
        "client.toml": client_toml(
            vendor.name, vendor.client, vendor.title, methods, credentials='bearerAuth = "token"'
        ),
    }


def _document(vendor: NewVendor) -> dict[str, JSON]:
    host = vendor.name.replace("_", "-")
    docs = vendor.docs or f"https://docs.{host}.example/api"
    todo = "An example of the form; replace it by what the page says."
    source: dict[str, JSON] = {"page": "start", "basis": "inferred", "note": todo}
    thing: dict[str, JSON] = {"$ref": "#/components/schemas/Thing"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{vendor.title} API",
            "version": "0",
            "description": f"What {vendor.title} documents about its API.",
            "x-sources": {"start": {"url": docs, "read": vendor.read.isoformat()}},
        },
        "servers": [{"url": vendor.server or f"https://api.{host}.example", "x-source": source}],
        "security": [{"bearerAuth": []}],
        "tags": [{"name": "things", "description": "Things that the vendor keeps."}],
        "paths": {
            "/things": {
                "get": {
                    "operationId": "listThings",
                    "tags": ["things"],
                    "summary": "List the things",
                    "description": "Lists what the organisation has.",
                    "x-source": source,
                    "responses": {"200": _answer("The things.", {"type": "array", "items": thing})},
                },
                "post": {
                    "operationId": "createThing",
                    "tags": ["things"],
                    "summary": "Create a thing",
                    "description": "Creates one thing. A second call creates a second one.",
                    "x-source": source,
                    "x-retry": "unsafe",
                    "requestBody": _answer(
                        "What to create.", {"$ref": "#/components/schemas/CreateThingRequest"}, required=True
                    ),
                    "responses": {"201": _answer("The thing.", thing)},
                },
            }
        },
        "components": {
            "schemas": {
                "CreateThingRequest": {
                    "type": "object",
                    "description": "What to create.",
                    "x-source": source,
                    "required": ["name"],
                    "properties": {"name": {"type": "string", "description": "What it is called."}},
                },
                "Thing": {
                    "type": "object",
                    "description": "A thing.",
                    "x-source": source,
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "string", "description": "Its id."},
                        "name": {"type": "string", "description": "What it is called."},
                    },
                },
            },
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer", "x-source": source}},
        },
    }


def _answer(description: str, schema: JSON, *, required: bool = False) -> dict[str, JSON]:
    content: dict[str, JSON] = {"description": description, "content": {"application/json": {"schema": schema}}}
    return {"required": True, **content} if required else content
