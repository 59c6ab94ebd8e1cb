"""Names of schemas: components keep theirs, inline schemas are named from where they stand.

A `Hint` carries the name that a place suggests and the key that stands for the place in the names lock. Names depend on
what encloses a schema, never on its position or its neighbours; only when two different schemas want one name does the
later one get a longer name, and the lock keeps it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count

from .. import names
from ..nameslock import NamesLock
from ..positions import escape, unescape
from ..resolve import Documents, Node

MAX_DEPTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a schema at some place would be called. `kind` is appended when the name is taken."""

    name: str
    key: str
    kind: str = ""
    depth: int = 0

    def member(self, api_name: str) -> Hint:
        """A property: `CredentialBatch` and `recipients` give `CredentialBatchRecipients`."""
        return self._below(join(self.name, names.class_name(api_name)), f"properties/{escape(api_name)}")

    def item(self) -> Hint:
        """The items of an array: the singular, else `…Item`."""
        single = names.singular(self.name)
        return self._below(single if single != self.name else f"{self.name}Item", "items")

    def value(self) -> Hint:
        """The values of a map: the singular, else `…Value`."""
        single = names.singular(self.name)
        return self._below(single if single != self.name else f"{self.name}Value", "additionalProperties")

    def variant(self, label: str) -> Hint:
        """One variant of a union, told apart by `label`."""
        return self._below(join(self.name, label), f"variant/{label}")

    def same(self, step: str) -> Hint:
        """A place one step below that goes by the same name."""
        return self._below(self.name, step)

    def _below(self, name: str, step: str) -> Hint:
        return Hint(name=name, key=f"{self.key}/{step}", depth=self.depth + 1)


def join(outer: str, inner: str) -> str:
    """`outer` + `inner`, without saying the same thing twice: `Batch` + `BatchStatus` is `BatchStatus`."""
    if inner.startswith(outer) and inner != outer:
        return inner
    return outer + inner


class Namer:
    """Gives every schema its name. Components are registered first; the names lock comes next; then first come, first served."""

    def __init__(self, lock: NamesLock) -> None:
        self._lock = lock.names
        self._reserved = set(lock.names.values())
        self._owners: dict[str, Node | None] = {}
        self.given: dict[str, str] = {}

    def components(self, api_names: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
        """The names of all components, which nothing else can take."""
        found = names.unique_names(api_names, names.model_name, given=given)
        self._owners.update(dict.fromkeys(found.values()))
        return found

    def claim(self, hint: Hint, node: Node, kind: str) -> tuple[str, bool]:
        """A name for the schema at `node`, and whether it is new; the same text under the same name is one schema."""
        name = self._lock.get(hint.key)
        if name is None or self._owners.get(name, node) is None or not self._fits(name, node):
            name = next(
                item for item in self._candidates(hint, kind) if self._fits(item, node, locked=item in self._reserved)
            )
        new = name not in self._owners
        self._owners.setdefault(name, node)
        self.given[hint.key] = name
        return name, new

    def input_name(self, name: str) -> str:
        """A free name for what is sent where `name` is what is received."""
        key = f"input/{name}"
        plain = f"{name}Input"
        numbered = (f"{plain}{number}" for number in count(2))
        found = next(item for item in chain((self._lock.get(key, plain), plain), numbered) if item not in self._owners)
        self._owners[found] = None
        self.given[key] = found
        return found

    def _fits(self, name: str, node: Node, *, locked: bool = False) -> bool:
        if name not in self._owners:
            return not locked
        owner = self._owners[name]
        return owner is not None and owner.document is node.document and owner.value == node.value

    def _candidates(self, hint: Hint, kind: str) -> Iterable[str]:
        plain = names.model_name(hint.name)
        yield plain
        for suffix in dict.fromkeys((hint.kind, kind)):
            if suffix and not plain.endswith(suffix):
                yield plain + suffix
        number = 2
        while True:
            yield f"{plain}{number}"
            number += 1


def place_key(documents: Documents, node: Node) -> str:
    """What stands for a place in the names lock: the pointer, with the file where it is not the root document."""
    if node.document is documents.root:
        return f"#{node.pointer}"
    return f"{node.document.path.relative_to(documents.folder).as_posix()}#{node.pointer}"


_SILENT = frozenset({"components", "schemas", "schema", "properties", "items", "allOf", "oneOf", "anyOf", "content", "paths", "$defs", "definitions", "additionalProperties"})  # fmt: skip


def pointer_name(node: Node) -> str:
    """A class name from the telling tokens of a pointer; from the file's name when there is none."""
    tokens = [unescape(token) for token in node.pointer.split("/")[1:]]
    telling = [token for token in tokens if token not in _SILENT and not token.isdigit()][-3:]
    if not telling:
        stem = node.document.file.rpartition("/")[2]
        return names.class_name(stem.partition(".")[0] or stem)
    last = [names.class_name(token) for token in telling]
    return "".join(last[-2:]) if len(tokens) > 3 and len(last) > 1 else last[-1]
