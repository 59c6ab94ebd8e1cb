"""From the bytes of an answer to a typed value.

The fast path is one `validate_json` by a validator that is built once for each documented content. Only when that fails,
or meets an unknown enum value or variant, is the body parsed again, tolerantly (`tolerant`), to keep what came and to say
where it differs from the document.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pydantic_core
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, SchemaValidator

from .drift import Drift, DriftFound
from .later import LaterValidator, comes_later
from .mediatypes import is_json, media_type_of
from .models import Notes
from .operation import Content
from .pointers import MISSING, member
from .roomy import with_room

if TYPE_CHECKING:
    from pydantic.plugin._schema_validator import PluggableSchemaValidator

    from .findings import Findings
    from .tolerant import Reader

_BOM = b"\xef\xbb\xbf"
_ANY_JSON = Content("application/json", lambda: Any)
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252", "cp1252", "utf-16"}


class UndecodableBody(Exception):
    """A body of which no value of the documented type can be made. The message never holds any of it."""


class Decoded(NamedTuple):
    """`value` is of the documented type (after `unwrap`); `drift` says where the answer contradicted the document."""

    value: Any
    drift: tuple[Drift, ...] = ()

    def __repr__(self) -> str:
        return f"Decoded(drift={self.drift!r})"


class Plan:
    """How bodies of one type are read."""

    def __init__(self, type_: Any) -> None:
        self._type = type_
        self._reader: Reader | None = None
        self.validate_json = (
            LaterValidator(type_).validate_json if comes_later(type_) else _roomy(type_)[0].validate_json
        )

    @property
    def reader(self) -> Reader:
        """The tolerant reader; made when the first drift comes."""
        if self._reader is None:
            from .tolerant import Reader

            self._reader = Reader(_roomy(self._type)[1])
        return self._reader


def _roomy(type_: Any) -> tuple[SchemaValidator | PluggableSchemaValidator, CoreSchema]:
    try:
        return _built(type_)
    except RecursionError:
        return with_room(partial(_built, type_))


def _built(type_: Any) -> tuple[SchemaValidator | PluggableSchemaValidator, CoreSchema]:
    """The validator and core schema of a type. A model's own are used, not made a second time."""
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        type_.model_rebuild()
        return type_.__pydantic_validator__, type_.__pydantic_core_schema__
    adapter: TypeAdapter[Any] = TypeAdapter(type_)
    adapter.rebuild()
    return cast("SchemaValidator", adapter.validator), adapter.core_schema


@lru_cache(maxsize=512)
def plan_for(content: Content) -> Plan:
    """The plan of a content with a type; kept, because building a validator costs milliseconds."""
    assert content.type is not None
    return Plan(content.type())


def decode_body(
    content: bytes,
    content_type: str | None,
    contents: tuple[Content, ...],
    *,
    unwrap: str | None = None,
    strict: bool = False,
) -> Decoded:
    """Read the body of an answer whose status is documented with `contents`.

    Args:
        content: the body, decompressed.
        content_type: the header as it came; None when there is none.
        contents: what the document lists for the status; () means that no body is documented: the value is None.
        unwrap: wire name of the member that is the value.
        strict: raise DriftFound instead of returning a value with drift.

    Raises:
        UndecodableBody: empty, broken, of another media type, or not even of the documented shape.
        DriftFound: there is drift, and `strict` is on.
    """
    if not contents:
        decoded = Decoded(None)
    else:
        documented, drift = _select(content, content_type, contents)
        decoded = _decode_as(documented, content, content_type, unwrap, drift)
    if strict and decoded.drift:
        raise DriftFound(decoded.drift)
    return decoded


def decode_item(data: bytes, content: Content | None, *, strict: bool = False) -> Decoded:
    """Read one item of a stream: JSON of the documented item type, any JSON when none is documented."""
    typed = content if content is not None and content.type is not None else _ANY_JSON
    return decode_body(data, "application/json", (Content("application/json", typed.type),), strict=strict)


@lru_cache(maxsize=1024)
def _match(media_type: str, contents: tuple[Content, ...]) -> Content | None:
    """The documented content for a media type: the same, then a range that covers it, then JSON for any JSON."""
    documented = [(media_type_of(content.media_type), content) for content in contents]
    main = media_type.partition("/")[0]
    for wanted in (media_type, f"{main}/*", "*/*", "*"):
        for name, content in documented:
            if name == wanted:
                return content
    if is_json(media_type):
        return next((content for name, content in documented if is_json(name)), None)
    return None


def _select(
    content: bytes, content_type: str | None, contents: tuple[Content, ...]
) -> tuple[Content, tuple[Drift, ...]]:
    media_type = media_type_of(content_type)
    found = _match(media_type, contents)
    if found is not None:
        return found, ()
    expected = " or ".join(one.media_type for one in contents[:4])
    if not content:
        raise UndecodableBody(f"the body is empty; the document promises {expected}")
    got = media_type if _is_token(media_type) else "another media type"
    for one in contents:  # a wrong label on the right content is common: take it, and say so
        if (
            one.type is not None
            and is_json(media_type_of(one.media_type))
            and content.lstrip(b" \t\r\n" + _BOM)[:1] in b'{["'
        ):
            return one, (Drift("", f"media type {expected}", "string"),)
    raise UndecodableBody(f"the body is {got or 'of no stated media type'}; the document promises {expected}")


def _is_token(media_type: str) -> bool:
    return len(media_type) < 80 and media_type.isascii() and media_type.replace("/", "a").isprintable()


def _decode_as(
    documented: Content, content: bytes, content_type: str | None, unwrap: str | None, drift: tuple[Drift, ...]
) -> Decoded:
    media_type = media_type_of(documented.media_type)
    actual = media_type_of(content_type)
    if documented.type is None or not (is_json(media_type) or is_json(actual)):
        return Decoded(_untyped(content, content_type, media_type), drift)
    if not content:
        raise UndecodableBody(f"the body is empty; the document promises {documented.media_type}")
    plan = plan_for(documented)
    notes = Notes()
    value: Any = None
    try:
        value = plan.validate_json(content, strict=True, context=notes, by_alias=True, by_name=False)
        fits = not notes.noted
    except ValidationError:
        fits = False
    if not fits:
        value, findings = _read_tolerantly(plan, content, content_type, unwrap)
        drift += tuple(findings.drift)
    return Decoded(value if unwrap is None else _member(value, unwrap), drift)


def _read_tolerantly(plan: Plan, content: bytes, content_type: str | None, unwrap: str | None) -> tuple[Any, Findings]:
    from .findings import escape

    raw = _parse(content, content_type)
    value, findings = plan.reader.read(raw)
    for pointer in ("", None if unwrap is None else f"/{escape(unwrap)}"):
        if pointer in findings.unread:
            wrong = next(drift for drift in findings.drift if drift.pointer == pointer)
            raise UndecodableBody(str(wrong))
    return value, findings


def _parse(content: bytes, content_type: str | None) -> Any:
    if content.startswith(_BOM):
        content = content.removeprefix(_BOM)
    charset = _charset(content_type)
    if charset not in ("utf-8", "utf8", "us-ascii", "ascii"):
        content = _text(content, charset).encode()
    try:
        return pydantic_core.from_json(content)
    except ValueError as error:
        problem = str(error).partition(" at line")[0]
    raise UndecodableBody(f"the body is not JSON that can be read: {problem}")


def _untyped(content: bytes, content_type: str | None, documented: str) -> bytes | str:
    media_type = media_type_of(content_type) or documented
    return _text(content, _charset(content_type)) if media_type.startswith("text/") else content


def _charset(content_type: str | None) -> str:
    for parameter in (content_type or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            return charset if charset in _CHARSETS else "utf-8"
    return "utf-8"


def _text(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        pass
    raise UndecodableBody(f"the body is not text in {charset}")


def _member(value: Any, wire: str) -> Any:
    """The member of a body that an envelope wraps."""
    found = member(value, wire)
    if found is MISSING:
        raise UndecodableBody(f"the body has no member {wire!r}")
    return found
