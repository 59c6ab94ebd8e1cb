"""Which columns keep a row from being sent: what a column was once said to be is kept, and may be wrong for another vendor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

from ..model import IssueRequest, Reason
from .columns import Columns

_WITHOUT: tuple[tuple[str, Any], ...] = (("claims", {}), ("evidence", ()), ("expires", None))
"""Parts that a request can do without, and what it has then."""


def columns_at_fault(
    request: IssueRequest, columns: Columns, check: Callable[[IssueRequest], Reason | None]
) -> tuple[str, ...]:
    """The columns without which a request could be sent that cannot be sent as it is; none where it can, or where that is not enough.

    Args:
        check: why the vendor's adapter would not send a request, None when it would.
    """
    if check(request) is None:
        return ()
    for number in range(1, len(_WITHOUT) + 1):
        for parts in combinations(_WITHOUT, number):
            if check(replace(request, **dict(parts))) is None:
                left_out = dict(parts)
                return tuple(name for name, field in columns.fields.items() if field.partition(".")[0] in left_out)
    return ()
