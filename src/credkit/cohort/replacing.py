"""The plan whose place a new one takes. What was only planned goes; what was sent stays in the ledger, and is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..ledger.base import Ledger, State
from .errors import CohortError
from .plan import Plan, load_plan


@dataclass(frozen=True, slots=True)
class Former:
    """The plan that was there. `counts`: how its cohort's rows stand that were sent; None where another ledger knows it."""

    plan: Plan
    counts: Mapping[State, int] | None

    @property
    def sent(self) -> int:
        """Rows that were sent."""
        return sum((self.counts or {}).values())

    @property
    def was_only_planned(self) -> bool:
        """Whether certainly nothing was sent of it."""
        return self.counts is not None and not self.sent

    def is_of(self, made: Plan) -> bool:
        """Whether it is of the same cohort as a new plan: then nothing is replaced."""
        old = self.plan
        return (old.ledger, old.name, *_about(old)) == (made.ledger, made.name, *_about(made))


def former_plan(path: Path, ledger: Ledger) -> Former | None:
    """The plan in the place where a new one is to be written; None where there is none."""
    if not path.is_file():  # a pipe would be waited for
        return None
    try:
        old = load_plan(path)
    except CohortError:
        return None
    cohort = next((one for one in ledger.cohorts() if one.name == old.name), None)
    known = cohort is not None and (cohort.account, cohort.template, cohort.source) == _about(old)
    return Former(old, ledger.cohort_counts(old.name) if known and ledger.id == old.ledger else None)


def _about(plan: Plan) -> tuple[str, str, str]:
    return plan.account, plan.template_id, plan.digest
