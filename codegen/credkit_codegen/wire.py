"""What a documented call looks like on the wire, worked out from the document alone, for generated tests to compare with.

Only where the specification leaves no choice: plain values in a path, and plain values or lists of them as `form` query
parameters. Everything else is None: not compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from urllib.parse import quote

from . import ir
from .examples import ExampleCall
from .ir import JSON
from .methods import Method
from .typeops import without_aliases

_PLAIN = (ir.ScalarKind.STRING, ir.ScalarKind.INTEGER, ir.ScalarKind.BOOLEAN)


def is_told_apart(api: ir.Api) -> Callable[[ir.Operation], bool]:
    """Whether an operation's requests can be told from those of all others by method and path. Documents that describe one
    path several times write a fragment behind it, which is never sent."""
    seen = Counter(_route(operation) for operation in api.operations if operation.variant_of is None)
    return lambda operation: seen[_route(operation)] == 1


def _route(operation: ir.Operation) -> tuple[str, str]:
    return operation.method, re.sub(r"\{[^}]*\}", "{}", re.split("[?#]", operation.path)[0])


def expected_path(method: Method, call: ExampleCall, schemas: Mapping[str, ir.Schema]) -> str | None:
    """The path as it must be sent, percent-encoded; None also where the operation has a server of its own."""
    if method.operation.servers:
        return None
    values = {argument.name: value for argument, value in call.arguments}
    path = method.operation.path
    for parameter in method.parameters:
        if parameter.location_in is ir.ParameterLocation.PATH:
            text = _text(values.get(parameter.name), parameter.type, schemas)
            if text is None or parameter.style not in (None, "simple") or parameter.content or not text:
                return None
            path = path.replace("{" + parameter.api_name + "}", quote(text, safe=""))
    return path if path.isascii() and not set(path) & set(' {}?#"<>') else None


def expected_query(method: Method, call: ExampleCall, schemas: Mapping[str, ir.Schema]) -> dict[str, list[str]] | None:
    """Query parameters by wire name with every value that must be sent."""
    values = {argument.name: value for argument, value in call.arguments}
    found: dict[str, list[str]] = {}
    for parameter in method.parameters:
        if parameter.location_in is ir.ParameterLocation.QUERYSTRING:
            return None
        if parameter.location_in is not ir.ParameterLocation.QUERY or parameter.name not in values:
            continue
        texts = _texts(values[parameter.name], parameter.type, schemas)
        plain_form = parameter.style in (None, "form") and parameter.explode in (None, True)
        if texts is None or not plain_form or parameter.content or parameter.api_name in found:
            return None
        found[parameter.api_name] = texts
    return found


def _texts(value: JSON, type_: ir.Type, schemas: Mapping[str, ir.Schema]) -> list[str] | None:
    target = without_aliases(type_, schemas)
    if not isinstance(target, ir.Array):
        text = _text(value, target, schemas)
        return None if text is None else [text]
    if not isinstance(value, list) or not value:
        return None
    texts = [_text(item, target.items, schemas) for item in value]
    return None if None in texts else [text for text in texts if text is not None]


def _text(value: JSON, type_: ir.Type, schemas: Mapping[str, ir.Schema]) -> str | None:
    target = without_aliases(type_, schemas)
    plain = isinstance(target, ir.Enumeration) or (isinstance(target, ir.Scalar) and target.kind in _PLAIN)
    if not plain or isinstance(value, float):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None
