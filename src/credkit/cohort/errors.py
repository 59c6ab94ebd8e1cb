"""What can be wrong with a cohort before anything is sent.

CohortError(ConfigurationError)   the file, its columns or its plan cannot be used
KeyNotTaken(ConfigurationError)   the vendor does not take the API key; what it refused was not issued, and can be sent again
    a row that cannot be used is no error: it is a `BadRow` in the plan, and the other rows go on
"""

from __future__ import annotations

from pathlib import Path

from ..runtime.errors import ConfigurationError


class CohortError(ConfigurationError):
    """A cohort's file, columns or plan cannot be used; says where, what was expected and what to do.

    `str()` begins with `file:line:` when the place is known. No value of a row is ever part of it.
    """

    def __init__(self, message: str, *, path: Path | None = None, line: int | None = None, help: str = "") -> None:
        place = "" if path is None else f"{path}:" if line is None else f"{path}:{line}:"
        super().__init__(" ".join(part for part in (place, message) if part) + (f"\nhelp: {help}" if help else ""))
        self.path = path
        self.line = line
        self.help = help


class KeyNotTaken(ConfigurationError):
    """The vendor does not take the API key, or not for this: nothing more is sent. What it refused was certainly not issued."""
