"""The specification extensions that describe behaviour (`x-retry`, `x-pagination`, …), read into the IR.

A malformed extension reads as if it were absent; lint says what is wrong with it.
"""

from __future__ import annotations

from ..ir import Idempotency, Pagination, RateLimit, RetryClass, WebhookSignature
from ..resolve import Node

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})


def read_retry(node: Node, method: str) -> RetryClass:
    """`x-retry`, else safe for methods that only read and unsafe for everything else."""
    given = node.text("x-retry")
    if given in set(RetryClass):
        return RetryClass(given)
    return RetryClass.SAFE if method in SAFE_METHODS else RetryClass.UNSAFE


def read_idempotency(node: Node) -> Idempotency | None:
    """`x-idempotency: {header}`."""
    header = node.child("x-idempotency").text("header")
    return Idempotency(header=header) if header is not None else None


def read_rate_limit(node: Node) -> RateLimit | None:
    """`x-rate-limit: {calls, per, scope}`; `per` in seconds."""
    limit = node.child("x-rate-limit").map
    calls, per, scope = limit.get("calls"), limit.get("per"), limit.get("scope", "client")
    if not isinstance(calls, int) or not isinstance(per, int | float) or calls < 1 or per <= 0:
        return None
    return RateLimit(calls=calls, per_seconds=float(per), scope=str(scope))


def read_pagination(node: Node) -> Pagination | None:
    """`x-pagination`."""
    child = node.child("x-pagination")
    style, items = child.text("style"), child.map.get("items", "")
    if style is None or not isinstance(items, str):
        return None
    size_max, start = child.map.get("sizeMax"), child.map.get("start", 1)
    return Pagination(
        style=style,
        items=items,
        page=child.text("page"),
        size=child.text("size"),
        size_max=size_max if isinstance(size_max, int) else None,
        next=child.text("next"),
        has_more=child.text("hasMore"),
        page_size=child.text("pageSize"),
        start=start if isinstance(start, int) else 1,
    )


def read_signature(node: Node) -> WebhookSignature | None:
    """`x-webhook-signature` on the document."""
    child = node.child("x-webhook-signature")
    scheme = child.text("scheme")
    if scheme not in ("hmac", "standard-webhooks"):
        return None
    tolerance = child.map.get("tolerance", 300)
    return WebhookSignature(
        scheme=scheme,
        header=child.text("header"),
        timestamp_header=child.text("timestampHeader"),
        id_header=child.text("idHeader"),
        algorithm=child.text("algorithm") or "sha256",
        prefix=child.text("prefix") or "",
        encoding=child.text("encoding") or "hex",
        template=child.text("template") or "{timestamp}.{body}",
        tolerance_seconds=tolerance if isinstance(tolerance, int) else 300,
    )
