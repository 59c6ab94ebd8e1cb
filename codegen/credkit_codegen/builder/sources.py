"""`x-source`: where a fact comes from, inherited from what encloses it."""

from __future__ import annotations

from ..ir import JSON, Source
from ..resolve import Documents, Node

BASES = ("documented", "example", "inferred", "conflict", "integration")


def page_address(entry: JSON) -> str | None:
    """The address in an entry of `info.x-sources`, which is the address itself or an object with `url` and `read`."""
    address = entry.get("url") if isinstance(entry, dict) else entry
    return address if isinstance(address, str) else None


class Sources:
    """Looks up the source of a node: its own, else that of the nearest enclosing object that states one."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        info = documents.top.child("info")
        pages = info.map.get("x-sources")
        self._pages = pages if isinstance(pages, dict) else {}
        self._top = self.read(documents.top.map.get("x-source")) or self.read(info.map.get("x-source"))

    def of(self, node: Node, *enclosing: Node) -> Source | None:
        """The source stated at `node`, or at the first of `enclosing` that states one, or for the whole document."""
        for item in (node, *enclosing):
            found = self.read(item.map.get("x-source"))
            if found is not None:
                return found
        return self._top

    def read(self, value: JSON) -> Source | None:
        """A well-formed `x-source` with its page looked up in `info.x-sources`; None for anything else."""
        if not isinstance(value, dict):
            return None
        page, basis, note = value.get("page"), value.get("basis"), value.get("note")
        if isinstance(page, str):
            page = page_address(self._pages.get(page)) or page
        return Source(
            page=page if isinstance(page, str) else None,
            basis=basis if isinstance(basis, str) else "documented",
            note=note if isinstance(note, str) else None,
        )
