"""The retry policy as pure functions: the table, the waits, the budget."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.runtime.operation import Retry
from credkit.runtime.outcome import Outcome, Phase, outcome_of_phase, outcome_of_status
from credkit.runtime.retry import (
    BUDGET,
    MAX_DELAY,
    Attempt,
    RetryBudget,
    delay_before,
    is_repeatable,
    may_repeat,
    parse_retry_after,
)

from .kit import FakeClock


@pytest.mark.parametrize(
    ("attempt", "repeatable", "expected"),
    [
        (Attempt(Outcome.NOT_SENT), False, True),
        (Attempt(Outcome.NOT_SENT), True, True),
        (Attempt(Outcome.UNKNOWN), False, False),
        (Attempt(Outcome.UNKNOWN), True, True),
        (Attempt(Outcome.UNKNOWN, 200), True, False),
        (Attempt(Outcome.REFUSED, 429), False, True),
        (Attempt(Outcome.REFUSED, 400), True, False),
        (Attempt(Outcome.REFUSED, 408), False, False),
        (Attempt(Outcome.REFUSED, 408), True, True),
        (Attempt(Outcome.UNKNOWN, 503), False, False),
        (Attempt(Outcome.UNKNOWN, 503), True, True),
        (Attempt(Outcome.UNKNOWN, 501), True, False),
    ],
)
def test_the_table(attempt: Attempt, repeatable: bool, expected: bool) -> None:
    assert may_repeat(attempt, repeatable=repeatable) is expected


def test_what_may_be_repeated() -> None:
    assert [is_repeatable(retry, has_documented_key=False) for retry in Retry] == [True, True, False, True]
    assert is_repeatable(Retry.UNSAFE, has_documented_key=True)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DONE),
        (299, Outcome.DONE),
        (303, Outcome.UNKNOWN),
        (307, Outcome.REFUSED),
        (308, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (429, Outcome.REFUSED),
        (499, Outcome.REFUSED),
        (500, Outcome.UNKNOWN),
        (520, Outcome.UNKNOWN),
        (999, Outcome.UNKNOWN),
        (101, Outcome.UNKNOWN),
    ],
)
def test_outcomes_of_statuses(status: int, outcome: Outcome) -> None:
    assert outcome_of_status(status) is outcome


def test_outcomes_of_phases() -> None:
    assert [outcome_of_phase(phase) for phase in Phase] == [Outcome.NOT_SENT, *[Outcome.UNKNOWN] * 3]


@given(st.integers(1, 60), st.floats(0, 1, exclude_max=True))
def test_jitter_is_full_and_capped(number: int, random: float) -> None:
    delay = delay_before(number, Attempt(Outcome.NOT_SENT), lambda: random)
    assert delay is not None
    assert 0 <= delay <= MAX_DELAY
    assert delay == min(MAX_DELAY, 0.5 * 2 ** (number - 1)) * random


@pytest.mark.parametrize(("asked", "delay"), [(0.0, 0.0), (120.0, 120.0), (120.5, None), (math.inf, None)])
def test_the_vendors_wait_is_obeyed_up_to_two_minutes(asked: float, delay: float | None) -> None:
    assert delay_before(1, Attempt(Outcome.REFUSED, 429, asked), lambda: 0.5) == delay


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("9" * 40, math.inf),
        ("Fri, 15 Jan 2027 08:00:10 GMT", 10.0),
        ("Friday, 15-Jan-27 08:00:10 GMT", 10.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
        ("Fri Jan 15 08:00:10 2027", 10.0),
        ("Fri, 15 Jan 2027 08:00:10 -0000", 10.0),
        ("-3", None),
        ("soon", None),
        ("", None),
        ("1.2.3", None),
        ("\u0663", None),
        ("Fri, 99 Foo 2027", None),
        ("Fri, 15 Jan 99999 08:00:10 GMT", None),
        (None, None),
    ],
)
def test_both_forms_of_retry_after(text: str | None, seconds: float | None, far_from_utc: None) -> None:
    assert parse_retry_after(text, FakeClock()) == seconds


@pytest.fixture
def far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@given(st.text(max_size=60))
def test_no_retry_after_raises(text: str) -> None:
    seconds = parse_retry_after(text, FakeClock())
    assert seconds is None or seconds >= 0


def test_the_budget_pays_for_retries_and_is_refilled_by_successes() -> None:
    budget = RetryBudget()
    unknown, throttled = Attempt(Outcome.UNKNOWN), Attempt(Outcome.REFUSED, 429)
    assert sum(budget.withdraw(unknown) for _ in range(100)) == 500 // 14
    assert budget.tokens == 500 - 35 * 14
    assert [budget.withdraw(throttled) for _ in range(3)] == [True, True, False]
    for _ in range(5):
        budget.refund()
    assert budget.withdraw(throttled)
    for _ in range(2000):
        budget.refund()
    assert budget.tokens == BUDGET


def test_the_budget_is_exact_over_threads() -> None:
    budget = RetryBudget()
    paid: list[bool] = []

    def work() -> None:
        paid.extend(budget.withdraw(Attempt(Outcome.UNKNOWN)) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(paid) == 35
