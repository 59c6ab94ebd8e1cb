"""Versions: which one comes next. Semantic versioning, with the usual reading of 0.x: there the middle number says that
something breaks, and the last one everything else."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..diff.report import Bump
from ..project import UsageError

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class Version(NamedTuple):
    """Three numbers; versions compare as they follow each other."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def next(self, bump: Bump) -> Version:
        """The version after a change of that size; the same one after none."""
        if bump is Bump.NONE:
            return self
        if self.major == 0:
            breaks = bump is Bump.MAJOR
            return Version(0, self.minor + 1, 0) if breaks else Version(0, self.minor, self.patch + 1)
        if bump is Bump.MAJOR:
            return Version(self.major + 1, 0, 0)
        if bump is Bump.MINOR:
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + 1)


def parse_version(text: str) -> Version:
    """A version of three numbers.

    Raises:
        UsageError: it is none.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise UsageError(
            f"expected a version of three numbers, such as 0.3.1; got {text!r}", "mend [package] version in client.toml"
        )
    return Version(*(int(part) for part in match.groups()))
