"""The specification extensions that describe behaviour (`x-retry`, `x-pagination`, …), read into the IR.

A malformed extension reads as if it were absent; lint says what is wrong with it. Where that costs the client a method
(`x-pagination`), it is noted too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..ir import JSON, Idempotency, Pagination, RateLimit, RetryClass, WebhookSignature
from ..resolve import Node
from .notes import Notes

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


_MOVED = ("page", "cursor", "offset")
_PAGING_TEXTS = ("page", "size", "next", "hasMore", "pageSize")
_PAGING_NUMBERS = {"sizeMax": 1, "start": 0}  # with the least of each


def pagination_fault(given: JSON) -> str | None:
    """What is wrong with `x-pagination`, so that a list could not be followed to its end; None where nothing is.

    The same that `lint.extensions` demands, but for further members `x-…`.
    """
    if not isinstance(given, dict):
        return "expected a mapping"
    style, items = given.get("style"), given.get("items")
    if style not in (*_MOVED, "link"):
        return "expected `style` to be page, cursor, offset or link"
    if not isinstance(items, str) or not _is_pointer(items):
        return "expected `items` to be a JSON pointer to the list"
    if style in _MOVED and "page" not in given:
        return f"style {style} needs `page`, the query parameter that says which piece"
    if style == "cursor" and "next" not in given:
        return "style cursor needs `next`, a JSON pointer to the next cursor"
    known = ("style", "items", *_PAGING_TEXTS, *_PAGING_NUMBERS)
    unknown = next((key for key in given if key not in known and not key.startswith("x-")), None)
    if unknown is not None:
        return f'"{unknown[:40]}" is none of its members'
    return _paging_value_fault(given)


def _paging_value_fault(given: Mapping[str, JSON]) -> str | None:
    for key in _PAGING_TEXTS:
        value = given.get(key, "/")
        is_name = key in ("page", "size")
        if not isinstance(value, str) or not (value if is_name else _is_pointer(value)):
            return f"expected `{key}` to be {'text' if is_name else 'a JSON pointer'}"
    for key, least in _PAGING_NUMBERS.items():
        number = given.get(key, least)
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            return f"expected `{key}` to be a whole number, {least} or more"
    return None


def _is_pointer(text: str) -> bool:
    return not text or text.startswith("/")


def read_pagination(node: Node) -> Pagination | None:
    """`x-pagination`, where it says enough to follow the list."""
    child = node.child("x-pagination")
    if pagination_fault(child.value) is not None:
        return None
    size_max, start = child.map.get("sizeMax"), child.map.get("start", 1)
    return Pagination(
        style=child.text("style") or "",
        items=child.text("items") or "",
        page=child.text("page"),
        size=child.text("size"),
        size_max=size_max if isinstance(size_max, int) else None,
        next=child.text("next"),
        has_more=child.text("hasMore"),
        page_size=child.text("pageSize"),
        start=start if isinstance(start, int) else 1,
    )


def noted_pagination(node: Node, notes: Notes, query: Collection[str]) -> Pagination | None:
    """`x-pagination`; why it is left out is noted. `query` are the operation's query parameters as on the wire."""
    if "x-pagination" not in node.map:
        return None
    found, fault = read_pagination(node), pagination_fault(node.map["x-pagination"])
    if found is not None:
        missing = next((name for name in (found.page, found.size) if name is not None and name not in query), None)
        fault = None if missing is None else f'"{missing[:40]}" is no query parameter of the operation'
    if fault is None:
        return found
    notes.add(node.child("x-pagination"), f"x-pagination: {fault}; the list gets no iterator")
    return None


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
