"""The order of module-level aliases: each after what it uses, recursion found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from . import ir
from .references import reached, references


class AliasOrder:
    """Which aliases of a module use which, directly or through others. What comes from elsewhere is imported, so always there."""

    def __init__(self, schemas: Iterable[ir.Schema]) -> None:
        schemas = tuple(schemas)
        self.aliases = {schema.name: schema for schema in schemas if isinstance(schema, ir.AliasSchema)}
        self.classes = frozenset(schema.name for schema in schemas) - self.aliases.keys()
        self.uses = {name: tuple(sorted(references([alias.type]))) for name, alias in self.aliases.items()}
        # Through aliases, but not into classes.
        self.reached = {name: reached(uses, self.uses) for name, uses in self.uses.items()}

    def is_recursive(self, alias: str) -> bool:
        return alias in self.reached[alias]

    def needs_classes(self, alias: str) -> bool:
        """Whether it can only be evaluated after the classes of the module; recursive ones, and what uses them, stand there too."""
        used = {alias, *self.reached[alias]}
        return not self.classes.isdisjoint(used) or any(map(self.is_recursive, used & self.aliases.keys()))

    def sorted(self) -> Iterator[ir.AliasSchema]:
        """The given order, except that what an alias uses comes before it."""
        done: set[str] = set()
        for start in self.aliases:
            stack = [(start, False)]
            while stack:
                current, used_are_done = stack.pop()
                if used_are_done:
                    yield self.aliases[current]
                elif current not in done and current in self.aliases:
                    done.add(current)
                    stack.append((current, True))
                    stack.extend((used, False) for used in reversed(self.uses[current]))
