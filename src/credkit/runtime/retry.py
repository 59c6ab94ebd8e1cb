"""When a request is made again: what happened on the wire decides, not the method alone."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import UTC
from typing import NamedTuple

from .clock import Clock
from .operation import Retry
from .outcome import Outcome

MAX_ATTEMPTS = 4
RETRYABLE_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
BASE_DELAY = 0.5
MAX_DELAY = 20.0
MAX_RETRY_AFTER = 120.0

BUDGET = 500
RETRY_COST = 14
THROTTLED_COST = 5
SUCCESS_REFUND = 1


class Attempt(NamedTuple):
    """How one attempt ended: with a status, or (status None) broken off."""

    outcome: Outcome
    status: int | None = None
    retry_after: float | None = None

    @property
    def throttled(self) -> bool:
        return self.status == 429


def may_repeat(attempt: Attempt, *, repeatable: bool) -> bool:
    """Whether the same request may be sent again after `attempt`.

    `repeatable`: a read, or a write whose repetition is harmless (idempotent, towards a state, or under an idempotency key that
    the vendor documents). Any other write is sent again only when the vendor cannot have acted.
    """
    if attempt.outcome is Outcome.NOT_SENT or attempt.status == 429:
        return True
    if not repeatable:
        return False
    return attempt.status in RETRYABLE_STATUSES if attempt.status is not None else attempt.outcome is Outcome.UNKNOWN


def is_repeatable(retry: Retry, *, has_documented_key: bool) -> bool:
    return retry is not Retry.UNSAFE or has_documented_key


def delay_before(number: int, attempt: Attempt, random: Callable[[], float]) -> float | None:
    """Seconds to wait before attempt `number` + 1 (`number` counts from 1); None when the vendor asks for too long a wait.

    Full jitter: anything between nothing and a bound that doubles, so that clients that failed together do not return together.
    """
    if attempt.retry_after is not None:
        return attempt.retry_after if attempt.retry_after <= MAX_RETRY_AFTER else None
    ceiling: float = min(MAX_DELAY, BASE_DELAY * 2 ** (number - 1))
    return ceiling * random()


def parse_retry_after(value: str | None, clock: Clock) -> float | None:
    """`Retry-After` in seconds from now, from either of its forms; None when there is none that can be read."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text) if len(text) < 16 else math.inf
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:  # asctime's form names no zone; HTTP means UTC by it, Python this machine's
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - clock.now())
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None


class RetryBudget:
    """Tokens that retries cost and successes earn back, so that a client does not multiply an outage. One for each client."""

    def __init__(self, capacity: int = BUDGET) -> None:
        self.capacity = capacity
        self._tokens = capacity
        self._lock = threading.Lock()

    @property
    def tokens(self) -> int:
        return self._tokens

    def withdraw(self, attempt: Attempt) -> bool:
        """Pay for a retry; False when there is not enough left."""
        cost = THROTTLED_COST if attempt.throttled else RETRY_COST
        with self._lock:
            if self._tokens < cost:
                return False
            self._tokens -= cost
            return True

    def refund(self) -> None:
        """A call succeeded."""
        if self._tokens < self.capacity:
            with self._lock:
                self._tokens = min(self.capacity, self._tokens + SUCCESS_REFUND)

    def after_fork(self) -> None:
        self._lock = threading.Lock()
