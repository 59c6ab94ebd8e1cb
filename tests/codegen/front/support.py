"""What the tests of this folder share besides fixtures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from credkit_codegen import ir
from credkit_codegen.inspect import type_text
from credkit_codegen.ir import Api

Build: TypeAlias = Callable[..., Api]
Json: TypeAlias = "dict[str, Any]"


def document(
    *,
    paths: Json | None = None,
    schemas: Json | None = None,
    version: str = "3.1.0",
    components: Json | None = None,
    **more: Any,
) -> Json:
    """A whole document around the parts that a test is about."""
    return {
        "openapi": version,
        "info": {"title": "Test", "version": "1"},
        "paths": paths or {},
        "components": {**({"schemas": schemas} if schemas else {}), **(components or {})},
        **more,
    }


def schema(api: Api, name: str) -> ir.Schema:
    """The schema of that Python name."""
    return next(item for item in api.schemas if item.name == name)


def object_schema(api: Api, name: str) -> ir.ObjectSchema:
    """The class of that Python name."""
    found = schema(api, name)
    assert isinstance(found, ir.ObjectSchema)
    return found


def fields(api: Api, name: str) -> dict[str, str]:
    """The members of a class: Python name -> type as text, required ones with a star."""
    return {
        prop.name + ("*" if prop.required else ""): type_text(prop.type) for prop in object_schema(api, name).properties
    }


def alias(api: Api, name: str) -> str:
    """What an alias stands for, as text."""
    found = schema(api, name)
    assert isinstance(found, ir.AliasSchema)
    return type_text(found.type)


def operation(api: Api, operation_id: str) -> ir.Operation:
    """The operation with that id."""
    return next(item for item in api.operations if item.operation_id == operation_id)
