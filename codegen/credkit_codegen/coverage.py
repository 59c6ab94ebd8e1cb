"""Counts the operations of a document for itself, and refuses a package that lacks one.

On purpose it shares nothing with the builder but how references are followed: what the builder overlooks must show here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .diagnostics import Diagnostic, Severity, SpecError
from .nodes import Node
from .positions import escape
from .resolve import Documents

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})


def spec_operations(documents: Documents) -> tuple[tuple[str, str], ...]:
    """(METHOD, path) of every operation that stands in the document, in its order."""
    paths = documents.top.child("paths")
    items = ((path, item) for path, item in paths.children() if not path.startswith("x-"))
    return tuple((method, path) for path, item in items for method in _methods(documents, item))


def _methods(documents: Documents, item: Node) -> Iterator[str]:
    """Methods of a path item: its own, and those of what it refers to."""
    found: dict[str, None] = {}
    for node in (item, documents.follow(item)):
        own = {key for key, value in node.map.items() if key in _METHODS and isinstance(value, dict)}
        found |= dict.fromkeys(key.upper() for key in node.map if key in own)
        more = node.map.get("additionalOperations")
        found |= dict.fromkeys(key.upper() for key in more) if isinstance(more, dict) else {}
    yield from found


def require_complete(documents: Documents, generated: Iterable[tuple[str, str]]) -> int:
    """The number of operations in the document.

    Raises:
        SpecError: one is not generated; every one that is missing is listed with its place.
    """
    wanted = spec_operations(documents)
    missing = sorted(set(wanted) - set(generated))
    if missing:
        raise SpecError(_lost(documents, method, path) for method, path in missing)
    return len(wanted)


def _lost(documents: Documents, method: str, path: str) -> Diagnostic:
    pointer = f"/paths/{escape(path)}/{method.lower()}"
    file, line, column = documents.root.where([pointer])[pointer]
    return Diagnostic(
        rule="operation-lost",
        severity=Severity.ERROR,
        message=f"expected {method} {path} in the package; it was not generated",
        help="this is a fault of the generator: report the document",
        file=file,
        line=line,
        column=column,
        pointer=pointer,
    )
