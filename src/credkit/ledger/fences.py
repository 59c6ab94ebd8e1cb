"""How a ledger knows a request."""

from __future__ import annotations

from typing import Any

from ..adapters.base import Adapter
from ..model import IssueRequest
from .base import Intent, Ledger
from .records import subject_of

NO_FENCE = "give it a reference: without one the ledger knows a request by its subject and claims, and something in them is neither JSON nor a date"


def fence(adapter: Adapter[Any, Any], ledger: Ledger, account: str, request: IssueRequest) -> bytes:
    """The fence of a request: of account, the vendor's template and the reference; without a reference, of subject and claims. No I/O."""
    return intent_of(adapter, ledger, account, request).fence


def intent_of(adapter: Adapter[Any, Any], ledger: Ledger, account: str, request: IssueRequest) -> Intent:
    """What is claimed for a request. No I/O."""
    template, reference = adapter.template_id(request), request.reference
    subject = subject_of(request) if reference is None else None
    return Intent(ledger.fence(account, template, reference, subject), template, reference)
