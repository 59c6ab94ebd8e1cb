"""A documented call as the code that somebody would write: `record.credentials.issue(program_id="prog_1", …)`."""

from __future__ import annotations

from collections.abc import Iterator

from .. import ir
from ..examples import ExampleCall
from ..expressions import Expressions
from ..imports import Import
from ..ir import JSON
from ..literals import Source, call, literal, name
from ..methods import Argument, Method

FILE_CONTENT = b"bytes"


def call_source(client: str, method: Method, example: ExampleCall, expressions: Expressions, own: str = "") -> Source:
    """The call of `method` (or of its variant `own`) on the variable `client`."""
    function = f"{client}.{method.resource}.{own or method.name}"
    positional = [_value(method, item, value, expressions) for item, value in example.arguments if item.positional]
    keywords = {
        str(name(item.name)): _value(method, item, value, expressions)
        for item, value in example.arguments
        if not item.positional
    }
    return call(function, *positional, **keywords)


def _value(method: Method, argument: Argument, value: JSON, expressions: Expressions) -> Source:
    if not is_binary(argument.type):
        return expressions.of(value, argument.type)
    types = next(iter(_content_types(method, argument)), None)
    if types is None:
        return Source(repr(FILE_CONTENT))
    expressions.imports.add(Import("credkit.runtime", "File"))
    return call("File", Source(repr(FILE_CONTENT)), content_type=literal(types))


def is_binary(type_: ir.Type) -> bool:
    """Whether a value of the type is the content of a file."""
    return isinstance(type_, ir.Scalar) and type_.kind is ir.ScalarKind.BINARY


def _content_types(method: Method, argument: Argument) -> Iterator[str]:
    """Media types that the document allows for a file, without wildcards."""
    parts = method.body.media.parts if method.body is not None else ()
    for part in parts:
        if part.api_name == argument.api_name:
            yield from (item for item in part.content_types if "*" not in item)
