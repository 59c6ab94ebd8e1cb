"""Parameters: those of the path item and of the operation together, each with its Python name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from .. import names
from ..ir import ANY, Parameter, ParameterLocation, Scalar, ScalarKind, Type
from ..resolve import Node, ref_of
from .content import component_name, follow, read_examples
from .naming import Hint, join, place_key
from .schemas import Schemas

# The specification has these header parameters ignored: the media types and the security schemes decide them.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
# These frame a message: the transport writes them from what it really sends, nobody else may.
FRAMING_HEADERS = frozenset(
    {
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_Key: TypeAlias = tuple[str, ParameterLocation]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_STYLES = {
    ParameterLocation.PATH: {"simple", "label", "matrix"},
    ParameterLocation.QUERY: {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
    ParameterLocation.HEADER: {"simple"},
    ParameterLocation.COOKIE: {"form", "cookie"},
    ParameterLocation.QUERYSTRING: set[str](),
}


def template_names(path: str) -> tuple[str, ...]:
    """The names in the braces of a path, in order, each once."""
    return tuple(dict.fromkeys(_TEMPLATE.findall(path)))


def read_parameters(
    schemas: Schemas, path: str, shared: Node, own: Node, owner: Hint, path_hint: Hint, given: Mapping[str, str]
) -> tuple[Parameter, ...]:
    """The parameters of one operation; its own replace those of the path item with the same name and place.

    A name in the path without a parameter gets one (a string): without it the operation could not be called.
    """
    found = {**_listed(schemas, path, shared, path_hint)}
    for key, (node, hint) in _listed(schemas, path, own, owner).items():
        found = {other: item for other, item in found.items() if other == key or _spelled(other) != _spelled(key)}
        found[key] = (node, hint)
    missing = [name for name in template_names(path) if (name, ParameterLocation.PATH) not in found]
    python = _python_names([*found, *((name, ParameterLocation.PATH) for name in missing)], given)
    parameters = [_parameter(schemas, node, key, python[key], hint) for key, (node, hint) in found.items()]
    for name in missing:
        schemas.notes.add(own, f'the path names "{name}" but no parameter describes it; read as text')
        key = (name, ParameterLocation.PATH)
        parameters.append(
            Parameter(
                name=python[key],
                api_name=name,
                location_in=ParameterLocation.PATH,
                type=Scalar(kind=ScalarKind.STRING),
                required=True,
                location=own.location,
            )
        )
    return tuple(parameters)


def _listed(schemas: Schemas, path: str, parent: Node, hint: Hint) -> dict[_Key, tuple[Node, Hint]]:
    """The parameters of one list. HTTP knows no case in names of headers: of two spellings the first is kept."""
    found: dict[_Key, tuple[Node, Hint]] = {}
    for item in parent.items():
        node = follow(schemas, item)
        # A reference that leads nowhere has been noted already.
        key = _identity(schemas, node, path) if node.map or ref_of(item.value) is None else None
        if key is None:
            continue
        if key not in found and any(_spelled(other) == _spelled(key) for other in found):
            schemas.notes.add(node, f'the header "{key[0]}" is listed before, in other letters; this one is left out')
            continue
        found[key] = (node, hint)
    return found


def _spelled(key: _Key) -> _Key:
    """The key as HTTP compares it."""
    return (key[0].lower(), key[1]) if key[1] is ParameterLocation.HEADER else key


def _identity(schemas: Schemas, node: Node, path: str) -> _Key | None:
    """Name and place of a parameter; None when it has none, is ignored by the specification, or stands nowhere in the path."""
    name, where = node.map.get("name"), node.text("in")
    if not isinstance(name, str) or where not in set(ParameterLocation):
        schemas.notes.add(node, "expected a parameter with `name` and `in`; it is left out")
        return None
    location = ParameterLocation(where)
    if location is ParameterLocation.HEADER and name.lower() in IGNORED_HEADERS:
        return None
    if location is ParameterLocation.HEADER and name.lower() in FRAMING_HEADERS:
        schemas.notes.add(node, f'header "{name}" is written by the transport; it is left out')
        return None
    if location is ParameterLocation.HEADER and not _HEADER_NAME.fullmatch(name):
        schemas.notes.add(node, f'"{name[:80]}" is no name that a header can have; it cannot be sent')
    if location is ParameterLocation.PATH and name not in template_names(path):
        schemas.notes.add(node, f'path parameter "{name}" does not stand in the path; it is left out')
        return None
    return name, location


def _python_names(keys: list[_Key], given: Mapping[str, str]) -> dict[_Key, str]:
    """One argument name each. The same name in two places: the path's (else the first) keeps it, others say where they go."""
    by_name: dict[str, list[_Key]] = {}
    for key in keys:
        by_name.setdefault(key[0], []).append(key)
    texts: dict[_Key, str] = {}
    for name, members in by_name.items():
        members.sort(key=lambda key: key[1] is not ParameterLocation.PATH)
        for index, key in enumerate(members):
            texts[key] = name if index == 0 else f"{key[1]} {name}"
    fixed = {texts[key]: given[key[0]] for key in keys if key[0] in given and texts[key] == key[0]}
    unique = names.unique_names(
        [texts[key] for key in keys], names.argument_name, given=fixed, taken=names.ARGUMENT_NAMES
    )
    return {key: unique[texts[key]] for key in keys}


def _parameter(schemas: Schemas, node: Node, key: _Key, python: str, owner: Hint) -> Parameter:
    api_name, location = key
    component = component_name(node, "parameters")
    if component is not None:
        hint = Hint(name=names.class_name(component), key=place_key(schemas.documents, node), kind="Parameter")
    else:
        hint = Hint(
            name=join(owner.name, names.class_name(api_name)),
            key=f"{owner.key}/parameters/{location}/{api_name}",
            kind="Parameter",
        )
    media_type, schema = _content(node)
    type_: Type = schemas.type_of(schema, hint) if isinstance(schema.value, dict | bool) else ANY
    style, explode = node.text("style"), node.map.get("explode")
    if style is not None and style not in _STYLES[location]:
        schemas.notes.add(node, f'style "{style}" is none of a {location} parameter; the default is used')
        style = None
    facts = schema.map
    return Parameter(
        name=python,
        api_name=api_name,
        location_in=location,
        type=type_,
        required=node.map.get("required") is True or location is ParameterLocation.PATH,
        description=node.text("description") or schema.text("description"),
        has_default="default" in facts,
        default=facts.get("default"),
        style=style,
        explode=explode if isinstance(explode, bool) else None,
        allow_reserved=node.map.get("allowReserved") is True,
        content=media_type,
        deprecated=node.map.get("deprecated") is True,
        secret=node.map.get("x-secret") is True or facts.get("x-secret") is True or facts.get("format") == "password",
        examples=tuple((example.name, example.value) for example in read_examples(schemas, node)),
        location=node.location,
    )


def _content(node: Node) -> tuple[str | None, Node]:
    """The media type that encodes the parameter, if any, and its schema."""
    for media_type, child in node.child("content").children():
        return media_type, child.child("schema")
    return None, node.child("schema")


def path_words(path: str) -> Iterator[str]:
    """A path as words: `/pets/{petId}/toys` gives pets, by, petId, toys."""
    for segment in path.split("/"):
        inside = _TEMPLATE.findall(segment)
        rest = _TEMPLATE.sub(" ", segment).strip()
        if rest:
            yield rest
        if inside:
            yield " ".join(("by", *inside)) if not rest else " ".join(inside)
