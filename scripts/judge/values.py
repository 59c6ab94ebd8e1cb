"""Values of a document's schemas, each proven valid by jsonschema-rs before anybody is judged by it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from .build import Builder, Impossible
from .checks import first_error, validator
from .document import Document, DocumentError
from .draw import OutOfTime, draw_json, time_limit
from .schema import Direction, Translator, own_examples

KINDS = ("example", "full", "lean", "drawn")
"""`example`: as the document has it. `full`: all properties. `lean`: the required ones. `drawn`: by Hypothesis."""
BUILD_SECONDS = 10.0
_NONE = object()


@dataclass(frozen=True, slots=True)
class Choice:
    """Valid values by kind; when there are none, why."""

    values: Mapping[str, Any]
    reason: str = ""

    def pick(self, kind: str) -> Any:
        """The value of a kind, or of the nearest kind that there is."""
        order = [kind, *KINDS] if kind != "lean" else [kind, "full", "example", "drawn"]
        return next(self.values[name] for name in order if name in self.values)


@dataclass(slots=True)
class Values:
    """The source of values for one document and direction."""

    document: Document
    direction: Direction
    seed: int = 0
    drawing: bool = True
    translator: Translator = field(init=False)
    _known: dict[tuple[Hashable, bool], Choice] = field(default_factory=dict)
    _checkers: dict[Hashable, tuple[Any, dict[str, Any], jsonschema_rs.Draft202012Validator]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        self.translator = Translator(self.document, self.direction)

    def of_media(self, media: Mapping[str, Any], *, drawing: bool = True) -> Choice:
        """Values for a media type object."""
        return self.of_schema(media.get("schema", True), media_examples(self.document, media), drawing=drawing)

    def of_schema(self, schema: Any, examples: Iterable[Any] = (), *, drawing: bool = True) -> Choice:
        """Values for a schema; `examples` come from beside it and count before its own.

        Hypothesis is asked where there is no example, or where nothing else can be made; `drawing`: only in the latter case.
        """
        try:
            _, checker = self._checker(schema)
        except (DocumentError, jsonschema_rs.ReferencingError, jsonschema_rs.ValidationError, ValueError) as error:
            return Choice({}, f"the schema cannot be compiled: {_one_line(error)}")
        target = self.document.resolve(schema)
        own = own_examples(target) if isinstance(target, Mapping) else ()
        example = next((value for value in [*examples, *own] if first_error(checker, value) is None), _NONE)
        made = self._made(schema, drawing and self.drawing and example is _NONE)
        return made if example is _NONE else Choice({"example": example, **made.values})

    def required(self, schema: Any) -> frozenset[str]:
        """Members that a schema demands, or one of the schemas of its allOf."""
        return _required(self._checker(schema)[0], self._checker(schema)[0], 0)

    def error(self, schema: Any, value: Any) -> str | None:
        """Why a value is not valid for a schema in this direction; None when it is."""
        return first_error(self._checker(schema)[1], value)

    def _made(self, schema: Any, drawing: bool) -> Choice:
        key = (_key(schema), drawing)
        if key not in self._known:
            _, bundle, checker = self._checkers[key[0]]
            self._known[key] = self._make(bundle, checker, drawing)
        return self._known[key]

    def _make(self, bundle: dict[str, Any], checker: jsonschema_rs.Draft202012Validator, drawing: bool) -> Choice:
        values: dict[str, Any] = {}
        reason = "no value could be built"
        for kind in ("full", "lean"):
            for turn, examples in ((0, True), (0, False), (1, True), (2, False), (3, False)):
                try:
                    with time_limit(BUILD_SECONDS):
                        value = Builder(bundle, full=kind == "full", examples=examples, turn=turn).build()
                except (Impossible, OutOfTime, RecursionError, OverflowError):
                    continue
                error = first_error(checker, value)
                if error is None:
                    values[kind] = value
                    break
                reason = f"no valid value could be built: {error}"
        if drawing or not values:
            drawn = draw_json(bundle, lambda value: first_error(checker, value) is None, self._seed(bundle))
            if drawn:
                values["drawn"] = drawn[0]
        return Choice(values, "" if values else reason)

    def _seed(self, bundle: Mapping[str, Any]) -> int:
        return self.seed ^ zlib.crc32(json.dumps(bundle, sort_keys=True, default=str).encode())

    def _checker(self, schema: Any) -> tuple[dict[str, Any], jsonschema_rs.Draft202012Validator]:
        key = _key(schema)
        if key not in self._checkers:
            bundle = self.translator.bundle(schema)
            # The schema is kept, too, so that its id stays its own.
            self._checkers[key] = (schema, bundle, validator(bundle))
        return self._checkers[key][1:]


def _key(schema: Any) -> Hashable:
    """What makes two schemas the same for sure: the same reference, or the same place."""
    if isinstance(schema, Mapping) and schema.keys() == {"$ref"}:
        return str(schema["$ref"])
    return schema if isinstance(schema, bool) else id(schema)


def _required(node: Any, bundle: Mapping[str, Any], depth: int) -> frozenset[str]:
    if not isinstance(node, Mapping) or depth > 20:
        return frozenset()
    found = frozenset(node.get("required", ()))
    if isinstance(node.get("$ref"), str):
        found |= _required(bundle["$defs"][node["$ref"].removeprefix("#/$defs/")], bundle, depth + 1)
    return found.union(*(_required(member, bundle, depth + 1) for member in node.get("allOf", ())))


def media_examples(document: Document, media: Mapping[str, Any]) -> Iterator[Any]:
    """The examples of a media type or parameter object, external ones left aside."""
    if "example" in media:
        yield media["example"]
    named = media.get("examples")
    for raw in named.values() if isinstance(named, Mapping) else ():
        example = document.resolve(raw)
        if isinstance(example, Mapping):
            yield from (example[key] for key in ("dataValue", "value") if key in example)


def _one_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
