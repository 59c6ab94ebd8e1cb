"""Events that a vendor sends: verified where the vendor signs, typed, taken once.

    event = webhooks.parse(request.headers, request.raw_body, secret=SECRET, replay=store)
    if event.verified: ...

Pass the raw body, as it was received: a parsed and rewritten one has another signature. `parse` returns an event or raises a
`WebhookError`, whatever it is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

import pydantic_core

from .clock import SYSTEM_CLOCK, Clock, utc
from .decode import UndecodableBody, decode_body
from .drift import Drift, DriftFound
from .errors import DriftError
from .models import UnknownVariant
from .operation import Content, TypeThunk
from .pointers import MISSING, find
from .replay import MemoryReplayStore, ReplayStore, SQLiteReplayStore
from .signatures import Delivery, HmacSignature, Signature, StandardWebhooks, Verified
from .webhook_errors import (
    MalformedWebhook,
    MissingSignature,
    ReplayCheckFailed,
    ReplayedWebhook,
    StaleWebhook,
    UnverifiedWebhook,
    WebhookError,
    WebhookSecretError,
)

__all__ = [
    "HmacSignature",
    "MalformedWebhook",
    "MemoryReplayStore",
    "MissingSignature",
    "ReplayCheckFailed",
    "ReplayStore",
    "ReplayedWebhook",
    "SQLiteReplayStore",
    "StaleWebhook",
    "StandardWebhooks",
    "UnverifiedWebhook",
    "Webhook",
    "WebhookError",
    "WebhookEvent",
    "WebhookSecretError",
    "Webhooks",
]

EventT = TypeVar("EventT")
EventT_co = TypeVar("EventT_co", covariant=True)

_HOUR = 3600.0
_RETENTION = 7 * 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Webhook:
    """One kind of event. `match`: a JSON pointer and the value that stands there in events of this kind."""

    name: str
    type: TypeThunk | None = None
    match: tuple[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent(Generic[EventT_co]):
    """An event that was received.

    Attributes:
        name: the kind, as the document names it; "" when it is none of them, and then `data` is an `UnknownVariant`.
        data: the body, typed.
        verified: whether the vendor's signature vouches for it. False: anybody may have sent it.
        id: the vendor's id of the delivery, when it sends one.
        sent_at: when it was sent, if the vendor says and signs so.
        drift: where the body contradicts the document.
        replay_key: what the replay store knows it by. When handling it fails, `store.forget(event.replay_key)`, so that
            the vendor's next try is taken.
    """

    name: str
    data: EventT_co
    verified: bool
    id: str | None = None
    sent_at: datetime | None = None
    drift: tuple[Drift, ...] = ()
    replay_key: str = ""

    def __repr__(self) -> str:
        state = "verified" if self.verified else "not verified"
        return f"<WebhookEvent {self.name or type(self.data).__name__!r}, {state}>"


class Webhooks(Generic[EventT]):
    """The events of one vendor.

    Args:
        id_header: header with the id of a delivery, where the vendor sends one.
        signature: how the vendor signs; None: it does not, and every event comes out with `verified=False`.
    """

    def __init__(
        self, webhooks: Sequence[Webhook], *, id_header: str | None = None, signature: Signature | None = None
    ) -> None:
        self._webhooks = tuple(webhooks)
        self._id_header = id_header
        self._signature = signature

    def parse(
        self,
        headers: Mapping[str, str],
        body: bytes | str,
        *,
        secret: str | Sequence[str] | None = None,
        replay: ReplayStore | None = None,
        tolerance: float | None = None,
        strict: bool = False,
        clock: Clock = SYSTEM_CLOCK,
    ) -> WebhookEvent[EventT]:
        """Turn a delivery into an event.

        Args:
            headers: of the delivery; names ignore case.
            body: exactly as received.
            secret: the vendor's signing secret, or several while it is being changed. Without it nothing is verified.
            replay: refuses what was taken before.
            tolerance: seconds that a delivery may be old; default: the document's.
            strict: refuse a body that contradicts the document.

        Raises:
            WebhookError: the delivery is refused; the class says why and what to answer.
            DriftError: `strict`, and the body contradicts the document.
        """
        delivery = _delivery(headers, body)
        now = clock.now()
        verified = self._verify(delivery, secret, now, tolerance)
        webhook, data, drift = self._read(delivery.body, strict)
        id_ = verified.id if verified else None
        if id_ is None and self._id_header is not None:
            id_ = delivery.headers.get(self._id_header.lower())
        key = verified.key if verified else _unsigned_key(id_, delivery.body)
        timestamp = verified.timestamp if verified else None
        if replay is not None:
            _take_once(replay, key, now, self._keep_until(now, timestamp, tolerance))
        return WebhookEvent(
            name=webhook.name if webhook else "",
            data=cast("EventT", data),
            verified=verified is not None,
            id=id_,
            sent_at=None if timestamp is None else utc(timestamp),
            drift=drift,
            replay_key=key,
        )

    def _keep_until(self, now: float, timestamp: int | None, tolerance: float | None) -> float:
        """How long a delivery is remembered: longer than its signature stays fresh; a week where nothing signs its age."""
        if timestamp is None or self._signature is None:
            return now + _RETENTION
        fresh = self._signature.tolerance if tolerance is None else tolerance
        return max(now, timestamp) + 2 * max(fresh, _HOUR)

    def _verify(
        self, delivery: Delivery, secret: str | Sequence[str] | None, now: float, tolerance: float | None
    ) -> Verified | None:
        if secret is None:
            return None
        if self._signature is None:
            raise WebhookSecretError("a secret was given, but the vendor documents no signature")
        secrets: list[Any] = [secret] if isinstance(secret, str) else list(secret)
        if not secrets or not all(isinstance(one, str) and one.isprintable() and one for one in secrets):
            raise WebhookSecretError("the webhook secret is empty or not text")
        return self._signature.verify(delivery, secrets, now, tolerance)

    def _read(self, body: bytes, strict: bool) -> tuple[Webhook | None, object, tuple[Drift, ...]]:
        try:
            raw = pydantic_core.from_json(body)
            webhook = self._find(raw)
            if webhook is not None and webhook.type is None:
                return webhook, raw, ()
            content = Content("application/json", webhook.type if webhook and webhook.type else _unknown)
            decoded = decode_body(body, "application/json", (content,), strict=strict)
            return webhook, decoded.value, decoded.drift
        except DriftFound as error:
            problem, drift = str(error), error.drift
        except UndecodableBody as error:
            problem, drift = str(error), ()
        except ValueError:
            problem, drift = "the body is not JSON", ()
        if drift:
            raise DriftError(problem, drift=drift)
        raise MalformedWebhook(problem)

    def _find(self, raw: Any) -> Webhook | None:
        """The kind of an event: what its pointer says; without pointers, the only kind that there is."""
        for webhook in self._webhooks:
            if webhook.match is not None:
                found = find(raw, webhook.match[0], MISSING)
                if found is not MISSING and type(found) is type(webhook.match[1]) and found == webhook.match[1]:
                    return webhook
        told_by_shape = [webhook for webhook in self._webhooks if webhook.match is None]
        return told_by_shape[0] if len(told_by_shape) == 1 else None


def _unknown() -> type[UnknownVariant]:
    return UnknownVariant


def _delivery(headers: Mapping[str, str], body: bytes | str) -> Delivery:
    known: dict[str, str] = {}
    try:
        pairs: list[tuple[str, Any]] = [(name.lower(), value) for name, value in headers.items()]
        raw = body.encode() if isinstance(body, str) else bytes(body)
    except (AttributeError, TypeError, ValueError):
        pairs, raw = [], None
    if raw is None:
        raise MalformedWebhook("headers and body are not what a delivery has: names and text, and bytes")
    for name, value in pairs:
        if not isinstance(value, str):
            raise MalformedWebhook("a header's value is not text")
        if known.setdefault(name, value) != value:
            raise MalformedWebhook("a header stands twice with different values")
    return Delivery(known, raw)


def _unsigned_key(id_: str | None, body: bytes) -> str:
    return f"id:{id_}" if id_ else f"sha256:{hashlib.sha256(body).hexdigest()}"


def _take_once(replay: ReplayStore, key: str, now: float, until: float) -> None:
    try:
        new = replay.remember(key, until, now)
    except Exception as error:
        problem = type(error).__name__
    else:
        if not new:
            raise ReplayedWebhook("the delivery was taken before")
        return
    raise ReplayCheckFailed(f"the replay store failed: {problem}")
