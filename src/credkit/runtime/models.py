"""The base of all models, and the types that keep what a document did not foresee.

A model keeps unknown members, tells absent from null (`model_fields_set`), takes snake_case names in Python and only wire
names from the wire, and never shows input values in a validation error. `OtherStr` and its kin keep unknown enum values,
`UnknownVariant` keeps an object that fits no variant of a union; both are noted, so that `decode` can report them as drift.

Nothing here runs Python code while a value that fits its type is read: only unknown values and variants do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol, Self, TypeAlias, TypeVar

import pydantic_core
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreConfig, CoreSchema, SchemaSerializer, core_schema

from .later import Later, leaves_out, undiscriminated
from .later import later as later
from .roomy import with_room
from .shapes import is_array, is_mapping
from .spelling import SpeltOut
from .tags import TaggedBy as TaggedBy
from .unset import UNSET

T = TypeVar("T")

_MAX_BLAME_DEPTH = 64


class Notes:
    """Validation context of one reading: whether something was met that the document does not list, and which classes were met
    that are not loaded yet."""

    __slots__ = ("needed", "noted")

    def __init__(self) -> None:
        self.noted = False
        self.needed: set[type[Later]] = set()


def note_unknown(value: T, info: ValidationInfo) -> T:
    """Keep a value that the document does not list, and note that there was one."""
    if isinstance(info.context, Notes):
        info.context.noted = True
    return value


OtherStr: TypeAlias = Annotated[str, AfterValidator(note_unknown)]
"""Last alternative of an open string enum: `Literal["live", "test"] | OtherStr`."""
OtherInt: TypeAlias = Annotated[int, AfterValidator(note_unknown)]
OtherFloat: TypeAlias = Annotated[float | int, AfterValidator(note_unknown)]
OtherBool: TypeAlias = Annotated[bool, AfterValidator(note_unknown)]

Secret: Final = Field(repr=False)
"""Marks a field whose value appears in no repr: `token: Annotated[str, Secret]`."""


class NotNull:
    """Takes null out of what may come: the `None` of `T | None` then only means absent."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


Omittable: TypeAlias = Annotated[T | None, NotNull()]
"""An optional member that may not be null: `name: Omittable[str] = None`. None means absent and is never sent or taken."""


class Model(BaseModel, metaclass=SpeltOut):
    """Base of every generated model. Constructed with a member that its document does not list, it raises TypeError, unless the
    document gives such members a type (`extras`)."""

    if TYPE_CHECKING:  # so that a model may say what its extras are; pydantic declares `dict[str, Any] | None`
        __pydantic_extra__: Any = Field(init=False)

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
        defer_build=True,
        protected_namespaces=(),
        ser_json_inf_nan="constants",
    )

    def to_json(self) -> bytes:
        """The model as the JSON that the wire carries: wire names, only members that were set, unknown ones included."""
        return to_json(self)

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Read the model from JSON as an answer is read: wire names only, no coercion.

        Raises:
            pydantic.ValidationError: the JSON is broken or does not fit; values are not shown.
        """
        return cls.model_validate_json(data, strict=True, by_alias=True, by_name=False)

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,
    ) -> bool | None:
        """As pydantic's; happens by itself on first use. A long row of models is built with a larger stack."""
        rebuild = partial(super().model_rebuild, force=force, raise_errors=raise_errors)
        try:
            return rebuild(_parent_namespace_depth=_parent_namespace_depth + 1, _types_namespace=_types_namespace)
        except RecursionError:
            pass
        return with_room(partial(rebuild, _parent_namespace_depth=0, _types_namespace=_types_namespace))

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        extra = self.__pydantic_extra__ or {}
        for name, value in super().__repr_args__():
            if name is not None and name in extra:
                # The name of a member that nobody documented may itself be data: an address, an id.
                yield name if name.isidentifier() else "…", _Hidden()
            else:
                yield name, value


class _Hidden:
    """Stands in a repr for a value that the document says nothing about, and that may be a secret."""

    def __repr__(self) -> str:
        return "…"


class UnknownVariant(Model):
    """An object that fits no documented variant of a union; its members are in `model_extra`."""

    @model_validator(mode="after")
    def _note(self, info: ValidationInfo) -> Self:
        return note_unknown(self, info)


class KnownFirst:
    """Tries the documented variants before `UnknownVariant`, which would take any object."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # A discriminator looks into the variants themselves, so it stays out as long as one is not loaded.
        schema = handler.generate_schema(undiscriminated(source)) if leaves_out(source) else handler(source)
        if schema["type"] == "nullable":
            return core_schema.nullable_schema(_known_first(schema["schema"]))
        return _known_first(schema)


def _known_first(schema: CoreSchema) -> CoreSchema:
    if schema["type"] != "union":
        return schema
    choices = [choice[0] if isinstance(choice, tuple) else choice for choice in schema["choices"]]
    known, unknown = choices[:-1], choices[-1]
    documented = known[0] if len(known) == 1 else core_schema.union_schema(list(known))
    return core_schema.union_schema([documented, unknown], mode="left_to_right")


OneOf: TypeAlias = Annotated[T | UnknownVariant, KnownFirst()]
"""A union that also takes what the document does not list: `OneOf[Card | Account]`. `isinstance(value, Card)` tells what it is, for
type checkers, too."""


_ANY = SchemaSerializer(core_schema.any_schema(), CoreConfig(ser_json_inf_nan="constants"))


def to_json(value: object) -> bytes:
    """Write any mixture of models and plain values as JSON: wire names, only what was set, exact values.

    Raises:
        ValueError: something in it has no JSON form: NaN, infinity, UNSET, a lone surrogate, bytes that are not UTF-8, a
            cycle, an object of another library. The message gives its place and type, never its value.
    """
    data = _dump(value)
    if data is None:
        raise ValueError(_blame(value))
    return data


class HasExtras(Protocol[T]):
    """A model that says of which type the members are that it does not list."""

    __pydantic_extra__: dict[str, T]


def extras(model: HasExtras[T]) -> dict[str, T]:
    """The members of a model that its document does not list by name, by wire name: of the type of its `additionalProperties`, else
    of any. What is put into it is sent."""
    return model.__pydantic_extra__


def members_of(model: BaseModel) -> dict[str, object]:
    """The members of a model that were set, by wire name, their values untouched."""
    members: dict[str, object] = {}
    given = model.model_fields_set - _only_unknown(model)
    for name, info in type(model).model_fields.items():
        if name in given:
            members[info.serialization_alias or info.alias or name] = getattr(model, name)
    return members | (model.model_extra or {})


def to_plain(value: object) -> Any:
    """The same as plain Python values: what `json.loads` would give for `to_json(value)`."""
    return pydantic_core.from_json(to_json(value))


def _dump(value: object) -> bytes | None:
    try:
        data = _ANY.to_json(value, by_alias=True, exclude_unset=True, warnings=False)
        if b":null" in data and _forget_unset(value):
            data = _ANY.to_json(value, by_alias=True, exclude_unset=True, warnings=False)
        if b"NaN" in data or b"Infinity" in data:  # as a number, or only inside of a string?
            pydantic_core.from_json(data, allow_inf_nan=False)
    except (ValueError, RecursionError):
        return None
    return data


def _only_unknown(model: BaseModel) -> set[str]:
    """Fields that count as set because a member that the document does not know has their Python name.

    Only aliased fields can be meant: `{"links": 1}` where the document has `_links`, which Python calls `links`.
    """
    extra = model.__pydantic_extra__
    if not extra:
        return set()
    return {name for name in model.model_fields_set & extra.keys() if model.__dict__.get(name, UNSET) is None}


def _forget_unset(value: object) -> bool:
    """Take such fields out of what was set, anywhere in `value`; whether there were any."""
    found, todo = False, [value]
    while todo:
        item = todo.pop()
        if isinstance(item, BaseModel):
            unset = _only_unknown(item)
            item.__pydantic_fields_set__.difference_update(unset)
            found = found or bool(unset)
            todo += (*item.__dict__.values(), *(item.__pydantic_extra__ or {}).values())
        elif is_mapping(item):
            todo += item.values()
        elif is_array(item):
            todo += item
    return found


def _blame(value: object, pointer: str = "", depth: int = 0) -> str:
    """Say which part of `value` cannot be written."""
    if depth < _MAX_BLAME_DEPTH:
        for name, child in _children(value):
            if _dump(child) is None:
                return _blame(child, f"{pointer}/{name}", depth + 1)
    kind = value if value is UNSET else type(value).__name__
    return f"{pointer or 'the value'}: this {kind} has no JSON form"


def _children(value: object) -> Iterator[tuple[object, object]]:
    if is_mapping(value):
        yield from value.items()
    elif isinstance(value, Model):
        yield from ((name, getattr(value, name)) for name in value.model_fields_set)
    elif is_array(value):
        yield from enumerate(value)
