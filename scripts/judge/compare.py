"""Compare JSON values: exactly, except that two date-times are equal when they are the same instant."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:([Zz])|([+-])(\d{2}):(\d{2}))", re.ASCII
)


def load(data: bytes | str) -> Any:
    """Parse JSON without losing a digit."""
    return json.loads(data, parse_float=Decimal, parse_int=int)


def differences(expected: Any, got: Any, pointer: str = "") -> Iterator[str]:
    """Where and how `got` differs from `expected`, a line each."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            if key not in got:
                yield f"{pointer}/{key}: lost"
            elif key not in expected:
                yield f"{pointer}/{key}: added"
            else:
                yield from differences(expected[key], got[key], f"{pointer}/{key}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(one, other, f"{pointer}/{index}")
    elif not same(expected, got):
        yield f"{pointer or '/'}: expected {_show(expected)}, got {_show(got)}"


def same(expected: Any, got: Any) -> bool:
    """Whether two scalars (or whole values) are equal as JSON."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | float | Decimal) and isinstance(got, int | float | Decimal):
        return _decimal(expected) == _decimal(got)
    if isinstance(expected, str) and isinstance(got, str):
        return expected == got or same_instant(expected, got)
    return type(expected) is type(got) and bool(expected == got)


def same_instant(one: str, other: str) -> bool:
    """Whether both are RFC 3339 date-times of the same instant, to the last digit."""
    left, right = instant(one), instant(other)
    return left is not None and left == right


def instant(text: str) -> tuple[timedelta, Decimal] | None:
    """A date-time as time since year 1 in UTC and the fraction of its second; None when it is none."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    day, time, fraction, _, sign, hours, minutes = match.groups()
    leap = time.endswith(":60")
    try:
        moment = datetime.fromisoformat(f"{day}T{time[:-2] + '59' if leap else time}") - datetime.min
    except ValueError:
        return None
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    return moment - offset + timedelta(seconds=leap), Decimal(f"0.{fraction or 0}")


def _decimal(number: float | Decimal) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def _show(value: Any) -> str:
    text = json.dumps(value, default=str, ensure_ascii=True)
    return text if len(text) <= 100 else f"{text[:97]}..."
