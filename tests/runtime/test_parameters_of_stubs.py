"""A stub refuses parameters that the document refuses, and never one that it allows, whatever the style."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import Field

from credkit.runtime import UNSET, Operation, Parameter
from credkit.runtime.headers import Headers
from credkit.runtime.models import OtherInt, OtherStr
from credkit.runtime.serialise import serialise_parameters
from credkit.runtime.testing.parameters import ParameterTypes
from credkit.runtime.testing.received import Received, arguments_of

Mode = Literal["live", "test"] | OtherStr
STYLES = [
    ("path", "simple", False),
    ("path", "label", False),
    ("path", "label", True),
    ("path", "matrix", False),
    ("path", "matrix", True),
    ("query", "form", True),
    ("query", "form", False),
    ("query", "pipeDelimited", False),
    ("query", "spaceDelimited", False),
    ("header", "simple", False),
    ("cookie", "form", False),
    ("cookie", "form", True),
]


def problems(parameter: Parameter, type_: Callable[[], Any], value: object) -> list[str]:
    """What a stub says of a value that a client sends."""
    path = "/a/{x}" if parameter.location == "path" else "/a"
    operation: Operation[None] = Operation(id="a", method="GET", path=path, parameters=(parameter,))
    target = serialise_parameters(operation, {"x": value})
    url = target.path + (f"?{target.query}" if target.query else "")
    received = Received("GET", url, Headers(target.headers), b"")
    places = {"x": target.path.removeprefix("/a/")}
    return ParameterTypes({"x": type_}).problems(operation, arguments_of(operation, received, places))


def _named(part: object) -> str:
    """Types are given as functions, whose own text is an address."""
    return "type" if callable(part) else str(part)


@pytest.mark.parametrize("place", STYLES, ids=lambda place: "-".join(map(str, place)))
@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (lambda: int, 3),
        (lambda: float | int, 1.5),
        (lambda: bool, True),
        (lambda: Mode, "live"),
        (lambda: Literal["1", "2"] | OtherStr, "1"),
        (lambda: Literal[1, 2] | OtherInt, 2),
        (lambda: int | None, 3),
        (lambda: date, date(2025, 1, 2)),
        (lambda: datetime, datetime(2025, 1, 2, tzinfo=UTC)),
        (lambda: UUID, UUID(int=5)),
        (lambda: Decimal, Decimal("1.50")),
        (lambda: list[Mode], ["live", "test"]),
        (lambda: list[int], [1]),
        (lambda: list[int], [1, 2]),
        (lambda: list[int | Mode], [1, "live"]),
    ],
    ids=_named,
)
def test_what_the_document_allows_passes(place: tuple[Any, str, bool], type_: Any, value: object) -> None:
    where, style, explode = place
    parameter = Parameter("x", "x", where, style=style, explode=explode)
    assert problems(parameter, type_, value) == []


@pytest.mark.parametrize("place", STYLES, ids=lambda place: "-".join(map(str, place)))
@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (lambda: int, "three", "expected integer"),
        (lambda: int, 1.5, "expected integer"),
        (lambda: bool, "yes", "expected boolean"),
        (lambda: Mode, "Live", "expected one of 'live', 'test'"),
        (lambda: Literal[1, 2] | OtherInt, 3, "expected one of 1, 2"),
        (lambda: date, "tomorrow", "expected date"),
        (lambda: UUID, "5", "expected uuid"),
        (lambda: list[int], [1, "b"], "expected"),
        (lambda: list[Mode], ["live", "dead"], "expected"),
    ],
    ids=_named,
)
def test_what_the_document_refuses_is_refused_without_its_value(
    place: tuple[Any, str, bool], type_: Any, value: object, expected: str
) -> None:
    where, style, explode = place
    (problem,) = problems(Parameter("x", "x", where, style=style, explode=explode), type_, value)
    assert problem.startswith(f"{where} parameter 'x': {expected}")
    assert str(value) not in problem


def test_a_whole_query_string() -> None:
    form = Parameter("x", "x", "querystring", content="application/x-www-form-urlencoded")
    json_ = Parameter("x", "x", "querystring", content="application/json")
    assert problems(form, lambda: dict[str, int], {"a": 1}) == []
    assert problems(form, lambda: dict[str, int], UNSET) == []
    assert problems(json_, lambda: dict[str, int], {"a": 1}) == []
    assert problems(json_, lambda: dict[str, int], {"a": "b"}) == ["querystring parameter 'x': expected integer"]


def test_a_parameter_that_json_encodes() -> None:
    parameter = Parameter("x", "x", "query", content="application/json")
    assert problems(parameter, lambda: dict[str, int], {"a": 1}) == []
    assert problems(parameter, lambda: dict[str, int], {"a": "b"}) == ["query parameter 'x': expected integer"]


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    [
        (lambda: Annotated[int, Field(ge=1, le=100)], 1000, "expected integer at least 1 at most 100"),
        (
            lambda: Annotated[str, Field(max_length=3)],
            "abcd",
            "expected string of length at most 3; got string of length 4",
        ),
        (
            lambda: Annotated[list[str], Field(max_length=1)],
            ["a", "b"],
            "expected array of length at most 1; got array of length 2",
        ),
    ],
)
def test_bounds_hold_for_parameters(type_: Callable[[], Any], value: Any, problem: str) -> None:
    parameter = Parameter("x", "x", "query", explode=True)
    assert problems(parameter, type_, value) == [f"query parameter 'x': {problem}"]
    assert problems(parameter, type_, value[:1] if isinstance(value, (str, list)) else 100) == []


def test_an_item_that_holds_the_delimiter_is_one_item() -> None:
    parameter = Parameter("x", "x", "query", explode=True)
    assert problems(parameter, lambda: list[Literal["a,b", "c"] | OtherStr], ["a,b"]) == []
