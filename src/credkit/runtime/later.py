"""Models of a large API that are loaded when a value first shows them.

pydantic builds a model together with everything that it refers to, and in a large API that may be hundreds of classes of which
an answer shows three. There the modules of models say `later(__name__, "Card", …)` instead of importing each other's classes. What
stands in an annotation then is a stand-in that becomes the class when it is needed:

- In Python (constructing, `model_validate`, `model_json_schema`, …) at once: everything is as if it had been imported.
- On the way from the wire (`LaterValidator`) an absent member, null, a string or an empty list need no class, and pydantic takes them
  natively. An object does: it is noted, and when the parse is over the validator is built again with what was noted, and the body
  parsed again. After some answers nothing new is met, and reading is one pass of pydantic's own parser.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Union, cast, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, TypeAdapter, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, SchemaSerializer, core_schema

from .roomy import with_room
from .shapes import is_dict

if TYPE_CHECKING:
    from .models import Notes

_MAX_BUILDS = 8
"""A validator that was built so often gets everything that is left."""

_packages: set[str] = set()
"""Packages in whose modules something comes later."""


class _Building(threading.local):
    """Which stand-ins become their classes in the schema that this thread builds; None: all of them."""

    shown: frozenset[type[Later]] | None = None


_building = _Building()


class _LaterType(type):
    """So that `isinstance` and `repr` of a stand-in are those of the class."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cast("type[Later]", cls).model())

    def __repr__(cls) -> str:
        return f"<class {cls.__module__}.{cls.__name__}, not loaded yet>"


class Later(metaclass=_LaterType):
    """Base of the stand-ins, one for each class that a module of models refers to and does not import."""

    @classmethod
    def model(cls) -> type[BaseModel]:
        """The class itself, loaded now."""
        found: type[BaseModel] = getattr(import_module(cls.__module__), cls.__name__)
        return found

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if is_shown(cls):
            return handler.generate_schema(cls.model())
        return _noting(cls)


def later(module: str, *names: str) -> None:
    """Put a stand-in into `module` for each of these classes, which its package loads by name."""
    package = module.rpartition(".")[0]
    _packages.add(package)
    namespace = vars(sys.modules[module])
    for name in names:
        namespace[name] = stand_in(package, name)


@cache
def stand_in(package: str, name: str) -> type[Later]:
    return cast("type[Later]", _LaterType(name, (Later,), {"__module__": package, "__slots__": ()}))


def is_shown(stand_in: type[Later]) -> bool:
    """Whether the schema that is being built takes the class itself."""
    return _building.shown is None or stand_in in _building.shown


def leaves_out(annotation: Any) -> bool:
    """Whether there is a stand-in in an annotation that the schema that is being built leaves out."""
    return any(isinstance(part, _LaterType) and not is_shown(cast("type[Later]", part)) for part in _parts(annotation))


def undiscriminated(union: Any) -> Any:
    """A union without the discriminators of its parts."""
    parts = [get_args(part)[0] if _has_discriminator(part) else part for part in get_args(union)]
    return Union[tuple(parts)]  # noqa: UP007 - of parts that are not known before


def _has_discriminator(part: Any) -> bool:
    return any(getattr(item, "discriminator", None) is not None for item in getattr(part, "__metadata__", ()))


def comes_later(annotation: Any) -> bool:
    """Whether a type belongs to a package whose classes are loaded later."""
    modules = {str(getattr(part, "__module__", "")) for part in _parts(annotation)}
    return any(module in _packages or module.rpartition(".")[0] in _packages for module in modules)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def _noting(stand_in: type[Later]) -> CoreSchema:
    """A schema that takes any object, and notes that it needs the class."""

    def note(value: object, info: ValidationInfo) -> object:
        if not is_dict(value):
            raise PydanticCustomError("model_type", "Input should be an object")
        cast("Notes", info.context).needed.add(stand_in)
        return value

    return core_schema.with_info_plain_validator_function(note)


class LaterValidator:
    """Reads one type from the wire. Threads may share it: the worst that happens is that two of them build the same."""

    def __init__(self, type_: Any) -> None:
        self._type = type_
        self._builds = 0
        self._current = self._build(frozenset())

    def validate_json(self, content: bytes, *, context: Notes, **settings: bool) -> Any:
        """As pydantic's, as often as it takes until everything that the body shows is known.

        Raises:
            pydantic.ValidationError: the body does not fit.
        """
        while True:
            validate_json, shown = self._current
            context.noted = False
            context.needed.clear()
            try:
                value = validate_json(content, context=context, **settings)
            except ValidationError:
                if not context.needed:
                    raise
            else:
                if not context.needed:
                    return value
            self._current = self._build(shown | context.needed)

    def _build(self, shown: frozenset[type[Later]]) -> tuple[Callable[..., Any], frozenset[type[Later]]]:
        self._builds += 1
        wanted = shown if self._builds <= _MAX_BUILDS else None
        build = partial(_built, self._type, wanted)
        try:
            adapter = build()
        except RecursionError:
            adapter = with_room(build)
        return adapter.validator.validate_json, shown


@contextmanager
def _showing(shown: frozenset[type[Later]] | None) -> Iterator[None]:
    before, _building.shown = _building.shown, shown
    try:
        yield
    finally:
        _building.shown = before


def _built(type_: Any, shown: frozenset[type[Later]] | None) -> TypeAdapter[Any]:
    with _showing(shown):
        adapter: TypeAdapter[Any] = TypeAdapter(type_)
        adapter.rebuild()
    if shown is not None:
        _give_serializers(adapter.core_schema)
    return adapter


def _give_serializers(schema: Any) -> None:
    """Let instances of what was read write themselves without building the rest: what a stand-in covers is written as what it is."""
    from .coreschema import parts_of  # only where models come later

    definitions: dict[str, Any] = {}
    models: list[Any] = []
    for part in parts_of(schema):
        if part["type"] == "definitions":
            definitions |= {item["ref"]: item for item in part["definitions"]}
        elif part["type"] == "model":
            models.append(part)
    every = list(definitions.values())
    for model in models:
        cls: type[BaseModel] = model["cls"]
        if not isinstance(cls.__dict__.get("__pydantic_serializer__"), SchemaSerializer):
            whole: Any = {"type": "definitions", "schema": model, "definitions": every} if every else model
            cls.__pydantic_serializer__ = SchemaSerializer(whole)
