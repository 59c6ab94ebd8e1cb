"""From arguments to a path, a query string and headers, in every style of OpenAPI.

Whatever the arguments hold, the request keeps its shape: values are percent-encoded to the last reserved character, a value
that would move the path (`.`, `..`, empty) or could not arrive as it is (a delimiter that a style cannot escape, a line break
in a header) is refused with `InvalidArgument`, before anything is sent. Messages name the parameter, never the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from .errors import InvalidArgument
from .headers import check_header
from .models import to_json
from .operation import Operation, Parameter
from .primitives import Items, Members, Shape, deep_shape, shape_of
from .unset import UNSET

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_PATH_LITERAL = "/:@!$&'()*+,;=~%"
_PATH_RESERVED = ":@!$&'()*+,;="
_QUERY_RESERVED = ":/?@!$'()*,;=[]"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATOR = re.compile(r"[/\\]")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")
_DELIMITERS = {"spaceDelimited": (" ", "%20"), "pipeDelimited": ("|", "%7C")}


class Target(NamedTuple):
    """What the parameters of a call become.

    Attributes:
        path: percent-encoded, begins with "/", relative to the server's URL.
        query: percent-encoded, without "?"; "" when there is none.
        headers: header parameters, and one `cookie` header when there are cookie parameters.
    """

    path: str
    query: str
    headers: tuple[tuple[str, str], ...]


def serialise_parameters(operation: Operation[object], arguments: Mapping[str, object]) -> Target:
    """Place every argument where its parameter belongs. `arguments` are keyed by Python names; UNSET ones are absent.

    Raises:
        InvalidArgument: a required parameter is absent, or a value cannot be sent as it is.
    """
    segments: dict[str, str] = {}
    query: list[str] = []
    headers: list[tuple[str, str]] = []
    cookies: list[str] = []
    known = {parameter.name for parameter in operation.parameters}
    for name in arguments:
        if name not in known:
            raise TypeError(f"{operation.id} has no parameter {name!r}")
    for parameter in operation.parameters:
        shape = _shape(parameter, arguments.get(parameter.name, UNSET))
        if shape is None:
            continue
        match parameter.location:
            case "path":
                segments[parameter.api_name] = _path_value(parameter, shape)
            case "query":
                query.extend(f"{name}={value}" for name, value in _query_pairs(parameter, shape))
            case "querystring":
                query.append(_query_string(parameter, shape))
            case "header":
                headers.append(_header(parameter, shape))
            case "cookie":
                cookies.extend(_cookie_pairs(parameter, shape))
    if cookies:
        headers.append(("cookie", "; ".join(cookies)))
    path, fixed = _path(operation.path, segments)
    return Target(path, "&".join(fixed + query), tuple(headers))


def _shape(parameter: Parameter, value: object) -> Shape | None:
    """The value in the form that styles work on; None when the parameter is left out."""
    if value is UNSET or (value is None and parameter.content is None):
        if parameter.required:
            raise InvalidArgument(f"parameter {parameter.name!r} is required")
        return None
    try:
        if parameter.content is not None:
            return _content(parameter, value)
        shape = deep_shape(parameter.api_name, value) if parameter.style == "deepObject" else shape_of(value)
    except ValueError as error:
        raise InvalidArgument(f"parameter {parameter.name!r}: {error}") from None
    if isinstance(shape, (Items, Members)) and not shape.parts:
        if parameter.required:
            raise InvalidArgument(f"parameter {parameter.name!r} is required and may not be empty")
        return None
    return shape


def _content(parameter: Parameter, value: object) -> Shape:
    media_type = (parameter.content or "").partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        return shape_of(value)
    if media_type.startswith("text/"):
        shape = shape_of(value)
        if isinstance(shape, str):
            return shape
    return to_json(value).decode()


# --- path ----------------------------------------------------------------------------------------------------------


def _path(template: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Fill the template. A query that stands in the template itself is returned apart, a fragment is dropped."""
    path, _, fixed = template.partition("#")[0].partition("?")
    segments: list[str] = []
    for segment in path.lstrip("/").split("/"):
        text = _fill(segment, values, _PATH_LITERAL)
        if "{" in segment and text in ("", ".", ".."):
            name = _TEMPLATE.findall(segment)[0]
            raise InvalidArgument(f"path parameter {name!r} may not be empty, '.' or '..'")
        segments.append(text)
    return "/" + "/".join(segments), [_fill(fixed, values, f"{_QUERY_RESERVED}&%+")] if fixed else []


def _fill(template: str, values: Mapping[str, str], safe: str) -> str:
    parts = _TEMPLATE.split(template)  # literal, name, literal, name, ..., literal
    return "".join(values.get(part, "") if index % 2 else quote(part, safe=safe) for index, part in enumerate(parts))


def _path_value(parameter: Parameter, shape: Shape) -> str:
    safe = _PATH_RESERVED if parameter.allow_reserved and isinstance(shape, str) else ""

    def encode(text: str) -> str:
        if _CONTROL.search(text):
            raise InvalidArgument(f"path parameter {parameter.name!r} holds a line break or another control character")
        pieces = _SEPARATOR.split(text)
        if len(pieces) > 1 and ("." in pieces or ".." in pieces):
            raise InvalidArgument(f"path parameter {parameter.name!r} holds a '.' or '..' segment")
        return _encode(parameter, text, safe)

    explode = bool(parameter.explode)
    match parameter.style:
        case "label":
            return "." + _joined(shape, encode, "." if explode else ",", "=" if explode else ",")
        case "matrix":
            return _matrix(encode(parameter.api_name), shape, encode, explode)
        case _:
            return _joined(shape, encode, ",", "=" if explode else ",")


def _matrix(name: str, shape: Shape, encode: Callable[[str], str], explode: bool) -> str:
    if isinstance(shape, Items) and explode:
        return "".join(f";{name}={encode(item)}" for item in shape.parts)
    if isinstance(shape, Members) and explode:
        return "".join(f";{encode(member)}={encode(value)}" for member, value in shape.parts)
    text = _joined(shape, encode, ",", ",")
    return f";{name}={text}" if text else f";{name}"


def _joined(shape: Shape, encode: Callable[[str], str], between: str, within: str) -> str:
    match shape:
        case Items(parts):
            return between.join(map(encode, parts))
        case Members(pairs):
            return between.join(f"{encode(name)}{within}{encode(value)}" for name, value in pairs)
        case _:
            return encode(shape)


def _encode(parameter: Parameter, text: str, safe: str = "") -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        pass
    raise InvalidArgument(f"parameter {parameter.name!r} holds half a character (a lone surrogate)")


# --- query -----------------------------------------------------------------------------------------------------------


def _query_pairs(parameter: Parameter, shape: Shape) -> Iterator[tuple[str, str]]:
    """Encoded names and values."""
    safe = _QUERY_RESERVED if parameter.allow_reserved else ""
    style = parameter.style or "form"
    explode = style == "form" if parameter.explode is None else parameter.explode
    pairs: tuple[tuple[str, str], ...]
    match shape:
        case str():
            pairs = ((parameter.api_name, shape),)
        case Items(items) if explode:
            pairs = tuple((parameter.api_name, item) for item in items)
        case Members(members) if explode or style == "deepObject":
            pairs = members
        case _:
            yield _encode(parameter, parameter.api_name), _delimited(parameter, shape, style, safe)
            return
    for name, value in pairs:
        yield _encode(parameter, name), _encode(parameter, value, safe)


def _delimited(parameter: Parameter, shape: Items | Members, style: str, safe: str) -> str:
    delimiter, written = _DELIMITERS.get(style, (",", ","))

    def encode(text: str) -> str:
        if written != delimiter and delimiter in text:  # a comma is told apart by its encoding, these are not
            raise InvalidArgument(f"parameter {parameter.name!r}: a value holds the delimiter {delimiter!r}")
        return _encode(parameter, text, safe.replace(",", ""))

    return _joined(shape, encode, written, written)


def _query_string(parameter: Parameter, shape: Shape) -> str:
    """A parameter that is the whole query string."""
    if isinstance(shape, Members):
        return "&".join(f"{_encode(parameter, name)}={_encode(parameter, value)}" for name, value in shape.parts)
    if isinstance(shape, Items):
        raise InvalidArgument(f"parameter {parameter.name!r} takes an object")
    return _encode(parameter, shape)


# --- header and cookie -----------------------------------------------------------------------------------------------


def _header(parameter: Parameter, shape: Shape) -> tuple[str, str]:
    def checked(text: str) -> str:
        if not isinstance(shape, str) and "," in text:
            raise InvalidArgument(f"parameter {parameter.name!r}: a value holds the delimiter ','")
        return text

    value = _joined(shape, checked, ",", "=" if parameter.explode else ",")
    check_header(parameter.api_name, value)
    return parameter.api_name, value


def _cookie_pairs(parameter: Parameter, shape: Shape) -> Iterator[str]:
    def encode(text: str) -> str:
        if parameter.style != "cookie":
            return _encode(parameter, text)
        if not _COOKIE_VALUE.fullmatch(text):
            raise InvalidArgument(f"parameter {parameter.name!r} holds a character that a cookie cannot carry")
        return text

    name = _encode(parameter, parameter.api_name)
    if parameter.explode is False or isinstance(shape, str):
        yield f"{name}={_joined(shape, encode, ',', ',')}"
    elif isinstance(shape, Items):
        yield from (f"{name}={encode(item)}" for item in shape.parts)
    else:
        yield from (f"{_encode(parameter, member)}={encode(value)}" for member, value in shape.parts)
