"""Where an operation may be sent when a client is given a `base_url`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .document import Document, Operation


def base_paths(document: Document, operation: Operation, base_path: str) -> tuple[str, ...]:
    """Path prefixes that are right: that of the base URL, or that of the server which the operation has for itself."""
    own = operation.node.get("servers") or operation.item.get("servers") or ()
    return (base_path, *(_path(server) for server in own))


def _path(server: Any) -> str:
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return urlsplit(url).path.rstrip("/")
