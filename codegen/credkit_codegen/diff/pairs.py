"""What rules look at: one thing of an API, as it was and as it is. None on one side: it was added, or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from ..builder.opnames import PathItem
from ..ir import JSON
from ..lint.secrets import redact
from ..resolve import Node
from .change import Direction
from .schema import Choice, Schema

T = TypeVar("T")


class Kind(Enum):
    """What a pair holds, and so which rules see it."""

    OPERATION = auto()
    PARAMETER = auto()
    BODY = auto()
    MEDIA_TYPE = auto()
    RESPONSE = auto()
    HEADER = auto()
    TYPE = auto()
    SCHEMA = auto()
    NULL = auto()
    PROPERTY = auto()
    ACCESS = auto()
    VARIANT = auto()
    CHOICE = auto()
    SECURITY = auto()
    SCHEME = auto()
    SERVERS = auto()
    WEBHOOK = auto()
    DOCUMENT = auto()


@dataclass(frozen=True, slots=True)
class Subject:
    """A place in an API in the words of its users: `Recipient.email`, `body.recipients[].email`."""

    step: str
    parent: Subject | None = None

    def __str__(self) -> str:
        parts: list[str] = []
        at: Subject | None = self
        while at is not None:
            parts.append(at.step)
            at = at.parent
        return "".join(reversed(parts))

    def below(self, step: str) -> Subject:
        return Subject(step, self)


@dataclass(frozen=True, slots=True, eq=False)
class Pair(Generic[T]):
    """`subject` names it in messages; `direction` is who writes the values in it."""

    kind: Kind
    old: T | None
    new: T | None
    subject: Subject
    direction: Direction

    @property
    def both(self) -> tuple[T, T] | None:
        """Both sides, where both are there."""
        return None if self.old is None or self.new is None else (self.old, self.new)

    @property
    def is_added(self) -> bool:
        return self.old is None

    @property
    def is_removed(self) -> bool:
        return self.new is None

    @property
    def is_request(self) -> bool:
        return self.direction is Direction.REQUEST


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation where it stands, in its path item; `path` as written."""

    node: Node
    item: PathItem
    method: str
    path: str
    operation_id: str
    is_named: bool

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One parameter with references followed. `schema` is what its values look like, however they are written."""

    node: Node
    name: str
    location: str
    schema: Schema

    @property
    def is_required(self) -> bool:
        return self.location == "path" or self.node.map.get("required") is True

    @property
    def label(self) -> str:
        return f'{self.location} parameter "{self.name}"'


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A property of an object as one direction sees it. `schema` is all that is said about its values."""

    name: str
    node: Node
    schema: Schema
    is_required: bool


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A response by status, a media type by name, a header, a webhook, a scheme: a node with a key."""

    key: str
    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One member of `oneOf` or `anyOf`; `values` are those of the discriminator that choose it."""

    label: str
    places: tuple[Node, ...]
    values: tuple[str, ...] = ()

    @property
    def node(self) -> Node:
        return self.places[0]


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """A `oneOf` or `anyOf` as a whole: `discriminator` names the property, `mapping` leads from value to variant."""

    choice: Choice
    discriminator: str | None
    mapping: Mapping[str, str]

    @property
    def node(self) -> Node:
        return self.choice.node


@dataclass(frozen=True, slots=True, eq=False)
class Security:
    """The alternatives that an operation accepts: each a mapping of scheme to scopes; an empty one is anonymous."""

    node: Node
    alternatives: tuple[Mapping[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Servers:
    """Servers in their order, each a URL with its variables still in it; the first is the client's default."""

    node: Node
    servers: tuple[Node, ...]

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(item.text("url") or "/" for item in self.servers)


AnyPair = Pair[Any]


def show(value: JSON) -> str:
    """A value of a document in a message: as JSON, cut where it is long, masked where it looks like a credential."""
    text = redact(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return text if len(text) <= 80 else f"{text[:77]}..."
