"""How a ledger knows a request."""

from __future__ import annotations

from typing import Any

from ..adapters.base import Adapter
from ..model import IssueRequest
from .base import Ledger
from .records import subject_of


def fence(adapter: Adapter[Any, Any], ledger: Ledger, account: str, request: IssueRequest) -> bytes:
    """The fence of a request: of account, the vendor's template and the reference; without a reference, of subject and claims. No I/O."""
    subject = subject_of(request) if request.reference is None else None
    return ledger.fence(account, adapter.template_id(request), request.reference, subject)
