"""Findings for a value that does not fit its schema: shared by the rules on examples, defaults and enums."""

from __future__ import annotations

from collections.abc import Iterator

from ..primitives import JSON
from .context import Context
from .node import Node
from .rule import Finding

MOST = 5


def mismatch_findings(
    node: Node,
    path: tuple[str | int, ...],
    schema: Node,
    value: JSON,
    context: Context,
    request: bool | None,
    help_: str,
) -> Iterator[Finding]:
    """At most five findings for one value, each at the member that is wrong."""
    for item in context.validators.mismatches(schema, value, request)[:MOST]:
        yield Finding(node, item.message, help_, (*path, *item.path))
