"""Draw values with Hypothesis: seeded, without a database, without shrinking, within a time limit."""

from __future__ import annotations

import re
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Any, TypeVar

import hypothesis
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from .checks import walk
from .compat import install

install()

T = TypeVar("T")

SECONDS = 5.0
MOST_NODES = 80
"""Larger schemas than this are left to the builder: Hypothesis would take seconds on each of them."""
DRAWS = 3
SLOWNESS = [
    hypothesis.HealthCheck.too_slow,
    hypothesis.HealthCheck.data_too_large,
    hypothesis.HealthCheck.filter_too_much,
    hypothesis.HealthCheck.large_base_example,
]

FORMATS: Mapping[str, st.SearchStrategy[str]] = {"uuid": st.uuids().map(str)}
"""Formats that hypothesis-jsonschema does not know."""


class OutOfTime(BaseException):
    """Raised by `time_limit`. No `Exception`, so that no library on the way takes it for a failure of its own."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the main thread when the body takes longer. Limits do not nest."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def draw(strategy: st.SearchStrategy[T], count: int, seed: int) -> list[T]:
    """Up to `count` values, the simplest first. Raises what the strategy raises."""
    found: list[T] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=SLOWNESS,
    )
    @hypothesis.given(strategy)
    def collect(value: T) -> None:
        found.append(value)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collect()
    return found


def draw_json(bundle: Mapping[str, Any], accept: Callable[[Any], bool], seed: int) -> list[Any]:
    """Distinct valid values of a translated schema, the most elaborate first; none where Hypothesis cannot help."""
    nodes = sum(1 for root in (bundle, *(bundle.get("$defs") or {}).values()) for _ in walk(root))
    if nodes > MOST_NODES:
        return []
    try:
        with time_limit(SECONDS):
            strategy = from_schema(dict(bundle), custom_formats=dict(FORMATS), allow_x00=False)
            values = draw(strategy, DRAWS, seed)
    except (Exception, OutOfTime):  # recursive references, keywords that it does not know, impossible schemas
        return []
    return sorted((value for value in values if accept(value)), key=lambda value: -len(repr(value)))


@cache
def matching(pattern: str, shortest: int, longest: int | None) -> tuple[str, ...]:
    """Printable strings that match a regular expression and are within the limits of length, the plainest first."""
    try:
        alphabet = st.characters(min_codepoint=32, max_codepoint=126)
        texts = draw(st.from_regex(re.compile(pattern, re.ASCII), alphabet=alphabet), 30, 0)
    except Exception:  # another dialect of regular expressions
        return ()
    fitting = [text for text in dict.fromkeys(texts) if shortest <= len(text) <= (longest or 10_000)]
    return tuple(sorted(fitting, key=lambda text: (not text.isalnum(), text != text.strip(), len(text))))
