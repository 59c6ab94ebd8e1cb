"""Rate limits as they were and are."""

from __future__ import annotations

from collections.abc import Iterator

from ..builder.extensions import read_rate_limit
from ..ir import RateLimit
from .change import Found
from .pairs import Operation, Pair


def limit_change(pair: Pair[Operation], *, lowered: bool) -> Iterator[Found]:
    """The limit of an operation, where it moved that way: by calls in a second, then by calls at once."""
    if pair.both is None:
        return
    old, new = (read_rate_limit(item.node) for item in pair.both)
    if _rank(new) < _rank(old) if lowered else _rank(new) > _rank(old):
        places = [item.node.child("x-rate-limit") if "x-rate-limit" in item.node.map else None for item in pair.both]
        yield Found(f"{pair.subject} takes {_words(new)} (was {_words(old)})", *places)


def _rank(limit: RateLimit | None) -> tuple[float, float]:
    if limit is None:
        return float("inf"), float("inf")
    return limit.calls / limit.per_seconds, limit.calls


def _words(limit: RateLimit | None) -> str:
    if limit is None:
        return "any number of calls"
    return f"{limit.calls} call{'' if limit.calls == 1 else 's'} in {limit.per_seconds:g} s"
