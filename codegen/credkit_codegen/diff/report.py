"""The report of one comparison: its changes, three verdicts, and the version that they ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from ..diagnostics import Severity
from .change import Change, Verdict


class Bump(IntEnum):
    """How far a version has to move."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def label(self) -> str:
        return self.name.lower()


_BUMPS = {Severity.ERROR: Bump.MAJOR, Severity.WARNING: Bump.MINOR, Severity.INFO: Bump.MINOR}
_WORDS = {Severity.ERROR: "breaking", Severity.WARNING: "risky", Severity.INFO: "compatible"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One pair of documents. `looked` are the verdicts that were asked for: no changes under one of them is good news, none
    under another is no news. `text_changed`: something else differs in what is shipped."""

    name: str
    old: str
    new: str
    changes: tuple[Change, ...] = ()
    looked: frozenset[Verdict] = frozenset({Verdict.WIRE, Verdict.BEHAVIOUR})
    notes: tuple[str, ...] = ()
    text_changed: bool = False

    def of(self, verdict: Verdict) -> tuple[Change, ...]:
        return tuple(item for item in self.changes if item.verdict is verdict)

    @property
    def is_breaking(self) -> bool:
        """Whether something breaks that nobody accepted."""
        return any(item.breaks for item in self.changes)

    @property
    def bump(self) -> Bump:
        """The highest of all verdicts. What is accepted counts: a break that everybody agreed on is a break."""
        return max((bump_of(self.changes), Bump.PATCH if self.text_changed else Bump.NONE))

    def verdict_word(self, verdict: Verdict) -> str:
        """`breaking`, `risky`, `compatible`, `unchanged`, or `not looked at`."""
        if verdict not in self.looked:
            return "not looked at"
        return verdict_word(self.of(verdict))


def bump_of(changes: Iterable[Change]) -> Bump:
    """How far changes move a version by themselves."""
    return max((_BUMPS[item.severity] for item in changes), default=Bump.NONE)


def verdict_word(changes: Iterable[Change]) -> str:
    """The worst of some changes in a word."""
    severities = {item.severity for item in changes}
    return next((_WORDS[severity] for severity in Severity if severity in severities), "unchanged")


def severity_word(severity: Severity) -> str:
    """`breaking`, `risky` or `compatible`."""
    return _WORDS[severity]
