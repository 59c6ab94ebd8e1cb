"""Whether the parameters of a request have the values that a document describes.

A parameter arrives as text, and text does not say which type it has: `1` may be a number or the word for it. So every plausible
reading is tried, and what fits none of them is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pydantic_core
from pydantic import ValidationError

from ..decode import Plan
from ..mediatypes import is_json
from ..models import Notes
from ..operation import Operation, Parameter, TypeThunk
from ..shapes import is_list
from .refusals import length_of

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None}
_BETWEEN = {"spaceDelimited": re.compile(r"[ ,]|%20"), "pipeDelimited": re.compile(r"[|,]")}
_COMMA = re.compile(",")


class ParameterTypes:
    """The types of an operation's parameters by Python name; those that take any text are left out."""

    def __init__(self, types: Mapping[str, TypeThunk]) -> None:
        self._types = types
        self._plans: dict[str, Plan] = {}

    def problems(self, operation: Operation[Any], arguments: Mapping[str, object]) -> list[str]:
        """What is wrong with arguments as they arrived: text, or a list where a name came several times."""
        found = (self._problem(parameter, arguments.get(parameter.name)) for parameter in operation.parameters)
        return [problem for problem in found if problem is not None]

    def _problem(self, parameter: Parameter, given: object) -> str | None:
        if parameter.name not in self._types or not (isinstance(given, str) or is_list(given)):
            return None  # absent, or the members of an object
        if parameter.location == "querystring" and not is_json(parameter.content or ""):
            return None  # members of an object as text; a credential may stand among them
        plan = self._plans.setdefault(parameter.name, Plan(self._types[parameter.name]()))
        first: object = None
        for number, reading in enumerate(_readings(parameter, given)):
            if _fits(plan, reading):
                return None
            first = reading if number == 0 else first
        drift = plan.reader.read(given if is_list(given) else first)[1].drift
        expected = drift[0].expected if drift else "another value"
        length = length_of(given, drift[0]) if drift else ""
        got = f"; got {drift[0].got_type}{length}" if length else ""
        return f"{parameter.location} parameter {parameter.api_name!r}: expected {expected}{got}"


def _fits(plan: Plan, value: object) -> bool:
    notes = Notes()
    try:
        data = pydantic_core.to_json(value)
        plan.validate_json(data, strict=True, context=notes, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return not notes.noted


def _readings(parameter: Parameter, given: str | list[str]) -> Iterator[object]:
    """The values that a text can stand for, the likeliest first."""
    if isinstance(given, str):
        text = _bare(parameter, given)
        if parameter.content is not None:
            yield _json(given)
        yield text
        yield _scalar(text)
        items = _BETWEEN.get(parameter.style or "", _COMMA).split(text)
        if parameter.style == "label" and parameter.explode:
            items = text.split(".")
    else:
        items = given
    yield items
    yield [_scalar(item) for item in items]
    if isinstance(given, str):  # one item, with a delimiter in it
        yield [given]


def _bare(parameter: Parameter, text: str) -> str:
    """A path parameter without what its style puts before the value."""
    if parameter.style == "label":
        return text.removeprefix(".")
    if parameter.style == "matrix":
        start = f";{parameter.api_name}="
        return text.removeprefix(start).replace(start, ",")
    return text


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    return pydantic_core.from_json(text) if _NUMBER.fullmatch(text) else text


def _json(text: str) -> object:
    try:
        return pydantic_core.from_json(text)
    except ValueError:
        return text
