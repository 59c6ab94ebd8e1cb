"""What a document becomes, as plain JSON data: the account that other tools read. Its shape is a promise."""

from __future__ import annotations

from . import ir
from .config import Config
from .ir import JSON, Api, ScalarKind, Type
from .methods import Method, MethodBody, build_methods

_SCALARS = {
    ScalarKind.STRING: "str",
    ScalarKind.INTEGER: "int",
    ScalarKind.NUMBER: "float | int",
    ScalarKind.BOOLEAN: "bool",
    ScalarKind.NULL: "None",
    ScalarKind.DATE_TIME: "datetime",
    ScalarKind.DATE: "date",
    ScalarKind.UUID: "UUID",
    ScalarKind.DECIMAL: "Decimal",
    ScalarKind.BINARY: "bytes",
    ScalarKind.ANY: "Any",
}


def inspect_api(api: Api, config: Config) -> dict[str, JSON]:
    """The account of a whole API. `variants` of an operation are the methods for its further request media types."""
    methods = build_methods(api, config)
    variants: dict[str, list[JSON]] = {}
    for method in methods:
        if method.operation.variant_of is not None:
            variants.setdefault(method.operation.variant_of, []).append(_operation(method))
    return {
        "package": config.package.name,
        "client": config.package.client,
        "async_client": config.package.async_client,
        "credentials": [
            {"scheme": scheme.api_name, "kind": kind, "parameter": name}
            for scheme in api.schemes
            for kind, name in scheme.arguments
        ],
        "operations": [
            {**_operation(method), "variants": variants.get(method.operation.operation_id, [])}
            for method in methods
            if method.operation.variant_of is None
        ],
        "webhooks": [
            {"name": webhook.api_name, "model": type_text(webhook.type) if webhook.type is not None else None}
            for webhook in api.webhooks
        ],
    }


def _operation(method: Method) -> dict[str, JSON]:
    operation = method.operation
    return {
        "operation_id": operation.operation_id,
        "method": operation.method,
        "path": operation.path,
        "python": method.python,
        "parameters": [
            {"api_name": item.api_name, "in": str(item.location_in), "name": item.name, "required": item.required}
            for item in operation.parameters
        ],
        "body": _body(method.body) if method.body is not None else None,
        "returns": type_text(method.returns) if method.returns is not None else "None",
        "degraded": list(method.degraded),
    }


def _body(body: MethodBody) -> dict[str, JSON]:
    return {
        "media_type": body.media.media_type,
        "mode": str(body.mode),
        "argument": body.argument,
        "required": body.required,
        "fields": [{"api_name": item.api_name, "name": item.name, "required": item.required} for item in body.fields],
    }


def type_text(type_: Type) -> str:
    """A type as a person reads it: `list[Pet]`, `str | None`."""
    if isinstance(type_, ir.Named):
        return type_.name
    if isinstance(type_, ir.Scalar):
        return _SCALARS[type_.kind]
    if isinstance(type_, ir.Enumeration):
        return f"Literal[{', '.join(repr(value) for value in type_.values)}]"
    if isinstance(type_, ir.Array):
        return f"list[{type_text(type_.items)}]"
    if isinstance(type_, ir.Map):
        return f"dict[str, {type_text(type_.values)}]"
    if isinstance(type_, ir.Tuple):
        rest = [] if type_.rest is None else [f"*tuple[{type_text(type_.rest)}, ...]"]
        return f"tuple[{', '.join([*(type_text(item) for item in type_.prefix), *rest])}]"
    return " | ".join(type_text(variant) for variant in type_.variants)
