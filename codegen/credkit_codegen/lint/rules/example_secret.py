"""No example or default holds what looks like a real credential.

Why: examples are published, indexed and copied; a key in one of them has leaked. The finding never repeats the value.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...primitives import JSON
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from ..secrets import looks_secret

ON = (Kind.EXAMPLE, Kind.SCHEMA, Kind.MEDIA_TYPE, Kind.PARAMETER, Kind.HEADER, Kind.SERVER_VARIABLE)
KEYS = ("example", "examples", "value", "default", "dataValue")
BAD = """\
components:
  schemas:
    Key:
      type: string
      examples:
        - AKIAQ3EGZ7KJXN5WPLTB  # <-
"""
GOOD = """\
components:
  schemas:
    Key:
      type: string
      examples:
        - <your access key>
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for key in KEYS:
        if key in node.value and not (key == "examples" and isinstance(node.value[key], dict)):
            for path, what in _secrets(node.value[key], (key,)):
                help_ = "write a placeholder such as <token>, and revoke the credential if it was real"
                yield Finding(node, f"expected a placeholder; this looks like {what}", help_, path)


def _secrets(value: JSON, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        what = looks_secret(value)
        if what is not None:
            yield path, what
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secrets(item, (*path, index))
