"""Whether two places certainly mean the same: equal values, and nothing that they refer to differs.

This is what makes a comparison of large documents quick: most of a document does not change, and equal values are skipped
without being read. A `False` only means that somebody has to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..ir import JSON
from ..load import Document
from ..resolve import Documents, Node, UnresolvedRef
from .schema import references

_Key = tuple[str, str, str]


class Sameness:
    """Compares places of two documents; what it learned about references is kept."""

    def __init__(self, old: Documents, new: Documents) -> None:
        self.old, self.new = old, new
        self._known: dict[_Key, bool] = {}
        self._files: dict[str, tuple[Document, Document]] = {}

    def same(self, old: Sequence[Node], new: Sequence[Node]) -> bool:
        """Whether both sequences of places certainly mean the same, one by one."""
        return len(old) == len(new) and all(self._same(*pair) for pair in zip(old, new, strict=True))

    def _same(self, old: Node, new: Node) -> bool:
        if old.value != new.value:
            return False
        return all(self._leads_to_same(key) for key in self._references(old.value, old.document, new.document))

    def _references(self, value: JSON, old: Document, new: Document) -> Iterator[_Key]:
        self._files.setdefault(old.file, (old, new))
        for ref in references(value):
            yield old.file, new.file, ref

    def _leads_to_same(self, start: _Key) -> bool:
        known = self._known.get(start)
        if known is not None:
            return known
        seen, stack = {start}, [start]
        while stack:
            key = stack.pop()
            known = self._known.get(key)
            if known is None:
                known = self._follow(key, seen, stack)
            if not known:
                self._known[key] = self._known[start] = False
                return False
        self._known.update(dict.fromkeys(seen, True))
        return True

    def _follow(self, key: _Key, seen: set[_Key], stack: list[_Key]) -> bool:
        old_document, new_document = self._files[key[0]]
        if new_document.file != key[1]:
            return False
        old, new = _target(self.old, old_document, key[2]), _target(self.new, new_document, key[2])
        if old is None or new is None:
            return old is new
        if old.value != new.value:
            return False
        for item in self._references(old.value, old.document, new.document):
            if item not in seen:
                seen.add(item)
                stack.append(item)
        return True


def _target(documents: Documents, document: Document, ref: str) -> Node | None:
    try:
        return documents.target(document, ref)
    except UnresolvedRef:
        return None
