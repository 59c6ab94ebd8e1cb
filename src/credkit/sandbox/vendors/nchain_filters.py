"""nChain's filters: `filter.<name>=[$not:]<operator>:<value>`, each name with its own operator; repeated ones all hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from ..answers import Problem, Refusal
from ..call import Call

Read: TypeAlias = Callable[[Any], object]
"""Gives the value that a filter looks at."""

_PREFIX = "filter."


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter's name stands for."""

    operator: str
    read: Read


@dataclass(frozen=True, slots=True)
class Condition:
    """One expression of a request."""

    name: str
    negated: bool
    operator: str
    value: str
    read: Read

    def holds(self, record: Any) -> bool:
        return _OPERATORS[self.operator](self.read(record), self.value) is not self.negated


def conditions(call: Call, filters: dict[str, Filter], *, strict: bool) -> list[Condition]:
    """The conditions of a request.

    An expression with another operator than its filter's is refused in strict mode. Otherwise it is ignored, as the vendor's
    kind of server does.
    """
    found: list[Condition] = []
    problems: list[Problem] = []
    for name, values in call.queries.items():
        known = filters.get(name.removeprefix(_PREFIX)) if name.startswith(_PREFIX) else None
        if known is None:
            continue
        for expression in values:
            condition = _parsed(name, known, expression)
            if condition is None:
                reason = f"has to be {known.operator}:<value>, perhaps after $not:"
                problems.append(Problem("query", f"/{name}", reason))
            else:
                found.append(condition)
    if problems and strict:
        raise Refusal(400, None, "a filter is not one that is documented", problems=tuple(problems))
    return found


def _parsed(name: str, known: Filter, expression: str) -> Condition | None:
    rest = expression.removeprefix("$not:")
    operator, colon, value = rest.partition(":")
    if not colon or operator != known.operator:
        return None
    if operator == "$gt" and _instant(value) is None:
        return None
    return Condition(name.removeprefix(_PREFIX), rest != expression, operator, value, known.read)


def matching(records: Iterable[Any], wanted: list[Condition]) -> list[Any]:
    """The records for which every condition holds."""
    return [record for record in records if all(condition.holds(record) for condition in wanted)]


def applied(wanted: list[Condition]) -> dict[str, str | list[str]]:
    """The filters as an answer repeats them."""
    found: dict[str, list[str]] = {}
    for one in wanted:
        found.setdefault(one.name, []).append(f"{'$not:' if one.negated else ''}{one.operator}:{one.value}")
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _instant(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _equal(actual: object, wanted: str) -> bool:
    return actual is not None and str(actual) == wanted


def _in(actual: object, wanted: str) -> bool:
    return actual is not None and str(actual) in wanted.split(",")


def _contains(actual: object, wanted: str) -> bool:
    if isinstance(actual, list):
        return all(one in actual for one in wanted.split(","))
    return isinstance(actual, str) and wanted in actual


def _full_text(actual: object, wanted: str) -> bool:
    return isinstance(actual, str) and all(word in actual.casefold() for word in wanted.casefold().split())


def _later(actual: object, wanted: str) -> bool:
    one, other = _instant(actual), _instant(wanted)
    return one is not None and other is not None and one > other


_OPERATORS: dict[str, Callable[[object, str], bool]] = {
    "$eq": _equal,
    "$in": _in,
    "$contains": _contains,
    "$fulltext": _full_text,
    "$gt": _later,
}
