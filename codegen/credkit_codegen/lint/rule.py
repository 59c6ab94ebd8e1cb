"""What a rule is: one module with a docstring (what, why), `ON`, `BAD`, `GOOD` and `check`; and what it finds."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, cast

from ..diagnostics import Severity
from .kinds import Kind
from .node import Node, pointer_of

if TYPE_CHECKING:
    from .context import Context


class Group(StrEnum):
    """What a rule is about."""

    VALIDITY = "validity"
    REFERENCES = "references"
    NAMING = "naming"
    DOCUMENTATION = "documentation"
    EXAMPLES = "examples"
    SECURITY = "security"
    PATHS = "paths"
    GENERATION = "generation"
    CONVENTIONS = "conventions"
    CONTROL = "control"


class Profile(StrEnum):
    """How much is asked of a document."""

    MINIMAL = "minimal"
    RECOMMENDED = "recommended"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class Edit:
    """A safe change of the text, by place: `set` writes a scalar there, `rename` its key, `add` a member `key: value` to
    the mapping there."""

    action: str
    pointer: str
    value: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at `node`, or at what `path` names below it. `key` places it at the key and not at the value.

    `message` and `help` never hold the value of a secret. `file`, `line`, `column` are given only by rules that know the
    place better than a pointer does.
    """

    node: Node
    message: str
    help: str
    path: tuple[str | int, ...] = ()
    edits: tuple[Edit, ...] = ()
    at: tuple[str, int, int] | None = None

    @property
    def pointer(self) -> str:
        return self.node.pointer + pointer_of(self.path)


Check = Callable[[Node, "Context"], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A row of the table: what a rule is called, its group, and how severe it is in each profile (None: not run).

    `curated` rules run only on documents that keep our conventions (those with `info.x-sources`).
    """

    id: str
    group: Group
    minimal: Severity | None
    recommended: Severity | None
    strict: Severity | None
    curated: bool = False
    module_name: str = field(default="", compare=False)

    def severity(self, profile: Profile) -> Severity | None:
        return {Profile.MINIMAL: self.minimal, Profile.RECOMMENDED: self.recommended, Profile.STRICT: self.strict}[
            profile
        ]

    @cached_property
    def module(self) -> ModuleType:
        name = self.module_name or f"{__package__}.rules.{self.id.replace('-', '_')}"
        return importlib.import_module(name)

    @property
    def on(self) -> tuple[Kind, ...]:
        """Kinds of node that the rule looks at."""
        return cast("tuple[Kind, ...]", self.module.ON)

    @property
    def keys(self) -> tuple[str, ...]:
        """Members of which a node must have one for the rule to look at it; empty: it looks at every node."""
        return cast("tuple[str, ...]", getattr(self.module, "KEYS", ()))

    @property
    def check(self) -> Check:
        return cast("Check", self.module.check)

    @property
    def bad(self) -> str:
        """A document that breaks the rule on each line that ends in `# <-`."""
        return cast("str", self.module.BAD)

    @property
    def good(self) -> str:
        """The same document as the rule wants it."""
        return cast("str", self.module.GOOD)

    @property
    def what(self) -> str:
        """The first paragraph of the docstring."""
        return " ".join((self.module.__doc__ or "").partition("\n\n")[0].split())

    @property
    def why(self) -> str:
        """What follows `Why:` in the docstring."""
        return " ".join((self.module.__doc__ or "").partition("Why:")[2].split())
