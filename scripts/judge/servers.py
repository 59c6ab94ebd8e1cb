"""Where an operation may be sent when a client is given a `base_url`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .document import Document, Operation

DUMMY = "judge"
"""What every credential and every server variable without a default is given."""


def base_paths(operation: Operation, base_path: str) -> tuple[str, ...]:
    """Path prefixes that are right: that of the base URL, or that of the server which the operation has for itself."""
    own = operation.node.get("servers") or operation.item.get("servers") or ()
    return (base_path, *(_path(server) for server in own))


def required_variables(document: Document) -> frozenset[str]:
    """Server variables without a usable default (`x-required`), at any level: a client has to be given a value."""
    found: set[str] = set()
    levels = [document.root, *(level for one in document.operations() for level in (one.item, one.node))]
    for level in levels:
        for server in level.get("servers") or ():
            found |= {name for name, variable in (server.get("variables") or {}).items() if variable.get("x-required")}
    return frozenset(found)


def _path(server: Any) -> str:
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        value = DUMMY if variable.get("x-required") else variable.get("default", "")
        url = url.replace(f"{{{name}}}", str(value))
    return urlsplit(url).path.rstrip("/")
