"""Issuing with a ledger: every intent is written down before it is sent, so that a crash or a lost answer ends in "issued once" or in
"not known, and here is how to settle it".

    claim (committed) ──▶ the adapter sends ──▶ settle (committed) ──▶ offers to their holders ──▶ noted
         │ not granted: issued already, or somebody's send is not settled
         ▼
    the answer is in the ledger; nothing is sent

Of sends that follow one another, settling one and claiming the next are one commit, where no offer is to be handed over in between.

A crash between the two commits leaves `sending`. Nobody sends that again: from `settles_at` on it is looked up at the vendor like
any lost answer (`reconcile`). Nothing here depends on what the process remembers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from ..adapters.base import Adapter
from ..model import Channel, Credential, IssueRequest, Reason
from ..results import Rejected, Result, Results
from ..runtime.clock import SYSTEM_CLOCK, Clock
from ..runtime.errors import InvalidArgument
from ..runtime.options import DEFAULT_TIMEOUT
from ..sending import check_label, cut
from ..steps import Flow, blocking
from .base import Intent, Ledger
from .deciding import decide, settle
from .fences import NO_FENCE, fence, intent_of
from .pieces import Piece
from .reconciling import Settlement, reconcile, reconcile_open
from .records import kept_of
from .sends import Sends

__all__ = ["Settlement", "changed", "decide", "fence", "issue", "reconcile", "reconcile_open", "settle"]

_log = logging.getLogger("credkit.ledger")


def issue(
    adapter: Adapter[Any, Any],
    ledger: Ledger,
    account: str,
    requests: Sequence[IssueRequest],
    *,
    label: str = "",
    deliver: Channel | None = None,
    cohort: str | None = None,
    clock: Clock = SYSTEM_CLOCK,
    timeout: float = DEFAULT_TIMEOUT,
    fences: Sequence[bytes] | None = None,
) -> Flow[Results]:
    """Issue what is neither issued nor unsettled; one result for each request, in their order.

    Args:
        account: as `Ledger.account` names it.
        cohort: to which the new intents belong; made with `Ledger.create_cohort`.
        timeout: the client's, in seconds: until when a call can be under way.
        fences: of the requests, from a caller who has just looked them up and leaves out what need not be sent; a claim is made of each
            all the same.

    Raises:
        InvalidArgument: two requests mean the same credential, or a label that cannot be used; nothing was sent.
        ConfigurationError: nothing was sent, and nothing can be.
        LedgerBusy: others held the ledger for too long; nothing was sent.
    """
    label = check_label(label)
    sends = Sends(adapter, ledger, account, label, deliver, cohort, clock, timeout)
    if fences is None:
        intents = yield from blocking(lambda: _intents(adapter, ledger, account, requests))
    else:
        claimed = zip(fences, map(adapter.template_id, requests), (one.reference for one in requests), strict=True)
        intents = dict(enumerate(map(Intent._make, claimed)))
    _check_repeats(intents)
    places = list(cut(adapter, requests, intents))
    pieces = [Piece([requests[at] for at in some], [intents[at] for at in some]) for some in places]
    answers = yield from sends.send_all(pieces)
    results: dict[int, Result] = {}
    for some, answer in zip(places, answers, strict=True):
        results |= dict(zip(some, answer, strict=True))
    for position, request in enumerate(requests):
        if position not in intents:
            reason = adapter.check(request, deliver) or Reason("invalid_request", NO_FENCE)
            results[position] = Rejected(request, reason)
    return [results[position] for position in range(len(requests))]


def changed(ledger: Ledger, account: str, change: Flow[Credential]) -> Flow[Credential]:
    """A change of a credential at the vendor (`deliver`, `revoke`, `cancel`), and what is new of it written down. Where that fails, the
    change was made all the same: the log says so, and a look-up of the credential shows it."""
    credential = yield from change
    try:
        yield from blocking(lambda: ledger.refresh(account, kept_of(credential)))
    except Exception as error:
        _log.error("a change of a credential could not be written down: %s", type(error).__name__)
    return credential


def _intents(
    adapter: Adapter[Any, Any], ledger: Ledger, account: str, requests: Sequence[IssueRequest]
) -> dict[int, Intent]:
    """Intents by position; those are left out that have members of which no fence can be made, and no request."""
    intents: dict[int, Intent] = {}
    for position, request in enumerate(requests):
        try:
            intents[position] = intent_of(adapter, ledger, account, request)
        except (AttributeError, TypeError, ValueError):
            continue
    return intents


def _check_repeats(intents: Mapping[int, Intent]) -> None:
    if len({intent.fence for intent in intents.values()}) == len(intents):
        return
    seen: dict[bytes, int] = {}
    for position, intent in intents.items():
        if (first := seen.setdefault(intent.fence, position)) != position:
            why = "give them references" if intent.reference is None else "they have the same template and reference"
            raise InvalidArgument(f"requests {first} and {position} mean the same credential: {why}")
