"""What a rule is: one module with a docstring (what, why), `ON`, `BEFORE`, `AFTER` and `check`; the table says how severe it is.

`REQUEST` and `RESPONSE` tell a caller what the change means for him, where the rule applies to that direction.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import cast

from ..diagnostics import Severity
from .change import Direction, Found, Verdict
from .pairs import AnyPair, Kind

Check = Callable[[AnyPair], Iterator[Found]]
# Kinds whose places are seen from both sides: the message then says which.
BOTH_WAYS = frozenset(
    {Kind.TYPE, Kind.SCHEMA, Kind.NULL, Kind.PROPERTY, Kind.ACCESS, Kind.VARIANT, Kind.CHOICE, Kind.MEDIA_TYPE}
)


@dataclass(frozen=True)
class Rule:
    """A row of the table: severity in what callers send, and in what they are sent; None: no change in that direction."""

    id: str
    verdict: Verdict
    request: Severity | None
    response: Severity | None

    def severity(self, direction: Direction) -> Severity | None:
        return self.request if direction is Direction.REQUEST else self.response

    def means(self, direction: Direction) -> str:
        """What it means for a caller."""
        return cast("str", getattr(self.module, direction.name, ""))

    @cached_property
    def module(self) -> ModuleType:
        return importlib.import_module(f"{__package__}.rules.{self.id.replace('-', '_')}")

    @property
    def on(self) -> Kind:
        """The kind of pair that the rule looks at."""
        return cast("Kind", self.module.ON)

    @property
    def check(self) -> Check:
        return cast("Check", self.module.check)

    @property
    def before(self) -> str:
        """The part of a document that changes, as it was: what stands at the rule's kind of place."""
        return cast("str", self.module.BEFORE)

    @property
    def after(self) -> str:
        """The same part as it is."""
        return cast("str", self.module.AFTER)

    @property
    def what(self) -> str:
        """The first paragraph of the docstring."""
        return " ".join((self.module.__doc__ or "").partition("\n\n")[0].split())

    @property
    def why(self) -> str:
        """What follows `Why:` in the docstring."""
        return " ".join((self.module.__doc__ or "").partition("Why:")[2].split())
