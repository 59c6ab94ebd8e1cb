"""The ledger: what was meant to be issued, written down before it is sent.

A layer on the facade: `connect(..., ledger="issuances.db")` switches it on. `base` is the interface, `sqlite` the one that comes
along, `recorded` the flow around an adapter that makes "exactly once, or told" of the two.
"""

from __future__ import annotations

from .base import Attempt, Cohort, Decision, Entry, Intent, Kept, Ledger, Outcome, State
from .sqlite import SqliteLedger

__all__ = [
    "Attempt",
    "Cohort",
    "Decision",
    "Entry",
    "Intent",
    "Kept",
    "Ledger",
    "Outcome",
    "SqliteLedger",
    "State",
]
