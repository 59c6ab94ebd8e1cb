"""What a vendor sends by itself: e-mails, which stay here, and webhooks, which are delivered to addresses on this machine.

The vendors say that failed deliveries are sent again and that one may come twice; they name neither times nor numbers. The
sandbox sends five times, after `RETRIES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias
from urllib.parse import urlsplit

RETRIES = (5.0, 60.0, 600.0, 3600.0)
"""Seconds between one attempt and the next."""

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail that nobody gets. `about` is the id of the credential, offer or account."""

    id: str
    to: str
    subject: str
    text: str = field(repr=False)
    about: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery of a webhook. `status` is the receiver's answer, None when there was none; `note` says why."""

    at: datetime
    status: int | None
    note: str = ""

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook on its way. `due` None: accepted, or given up."""

    id: str
    event: str
    about: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    created: datetime
    due: datetime | None
    attempts: tuple[Attempt, ...] = ()

    @property
    def accepted(self) -> bool:
        return any(attempt.accepted for attempt in self.attempts)


Post: TypeAlias = Callable[[Delivery], int]
"""Sends a delivery and returns the status of the answer; raises OSError when there is none."""


class NotOnThisMachine(OSError):
    """The address is elsewhere: nothing was sent."""


class Outbox:
    """E-mails and webhooks in the order in which they came to be."""

    def __init__(self) -> None:
        self.emails: list[Email] = []
        self.deliveries: list[Delivery] = []

    def copy(self) -> Outbox:
        twin = Outbox()
        twin.emails, twin.deliveries = list(self.emails), list(self.deliveries)
        return twin

    def due(self, now: datetime) -> list[Delivery]:
        """What is to be sent by now."""
        return [one for one in self.deliveries if one.due is not None and one.due <= now]

    def note(self, delivery: Delivery, attempt: Attempt) -> Delivery:
        """Keep what became of an attempt and when the next one is due."""
        at = next((index for index, one in enumerate(self.deliveries) if one.id == delivery.id), None)
        if at is None:  # the sandbox was reset in between
            return delivery
        attempts = (*self.deliveries[at].attempts, attempt)
        again = not attempt.accepted and len(attempts) <= len(RETRIES)
        due = attempt.at + timedelta(seconds=RETRIES[len(attempts) - 1]) if again else None
        self.deliveries[at] = noted = replace(self.deliveries[at], attempts=attempts, due=due)
        return noted


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def post_over_http(delivery: Delivery) -> int:
    """Send a webhook, if its address is on this machine.

    Raises:
        NotOnThisMachine: it is not; the sandbox sends nothing to other machines.
        OSError: there was no answer within five seconds.
    """
    if not is_loopback(delivery.url):
        raise NotOnThisMachine("not sent: the address is not on this machine")
    import httpx

    try:
        with httpx.Client(trust_env=False, timeout=_TIMEOUT) as client:
            return client.post(delivery.url, content=delivery.body, headers=dict(delivery.headers)).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(f"no answer: {type(error).__name__}") from None
