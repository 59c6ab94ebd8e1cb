"""A schema as everything that must hold at once, and the keywords that say so (see `flatten`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..ir import JSON
from ..resolve import Node

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# What restricts values in ways that cannot be put in order; a change of it can only be told.
CONDITIONS = (
    "not", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames", "dependentRequired",
    "dependentSchemas", "patternProperties", "unevaluatedItems", "unevaluatedProperties", "contentSchema", "dependencies",
)  # fmt: skip

Said = tuple[JSON, Node]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One `oneOf` or `anyOf` without its null: `node` is the schema that holds it under `keyword`."""

    keyword: str
    node: Node
    variants: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Schema:
    """What one or several schema objects demand together.

    `types` are JSON types without null, None when anything goes; `facts` maps a keyword to the strictest value and the place
    that says it; `members` are the places of each property, all of which hold at once.
    """

    nodes: tuple[Node, ...]
    types: frozenset[str] | None = None
    is_nullable: bool = False
    enum: list[JSON] | None = None
    is_const: bool = False
    facts: dict[str, Said] = field(default_factory=dict)
    members: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    additional: Node | None = None
    items: tuple[Node, ...] = ()
    prefix: tuple[Node, ...] = ()
    choices: list[Choice] = field(default_factory=list)
    conditions: dict[str, list[Said]] = field(default_factory=dict)
    is_never: bool = False

    @property
    def node(self) -> Node:
        return self.nodes[0]

    def value(self, keyword: str) -> JSON:
        """The value of a keyword, None where nobody says it."""
        said = self.facts.get(keyword)
        return said[0] if said is not None else None

    def text(self, keyword: str) -> str | None:
        """The value of a keyword that is text."""
        value = self.value(keyword)
        return value if isinstance(value, str) else None

    def flag(self, keyword: str) -> bool:
        return self.value(keyword) is True

    def place(self, keyword: str) -> Node:
        """Where a keyword is said, else where the schema stands."""
        said = self.facts.get(keyword)
        return said[1].child(keyword) if said is not None and keyword in said[1].map else self.node

    @property
    def is_any(self) -> bool:
        """Nothing is said about the type of values."""
        return self.types is None and self.enum is None and not self.choices and not self.is_never

    @property
    def is_closed(self) -> bool:
        """Members that are not listed are forbidden."""
        return self.additional is not None and self.additional.value is False

    @property
    def is_open_enum(self) -> bool:
        """Whether the client takes values that are not listed (spec-conventions: `x-enum-open`)."""
        return not self.is_const and self.value("x-enum-open") is not False


def number(value: JSON) -> int | float | None:
    """A number of a document; None for anything else."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def references(value: JSON) -> Iterator[str]:
    """Every `$ref` in a value, in no order."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            ref = item.get("$ref")
            if isinstance(ref, str):
                yield ref
            stack.extend(child for child in item.values() if isinstance(child, dict | list))
        elif isinstance(item, list):
            stack.extend(child for child in item if isinstance(child, dict | list))
