"""What can format generated Python."""

from __future__ import annotations

from enum import StrEnum


class Formatter(StrEnum):
    """`AUTO`: black, and ruff where there is so much that black takes long; see `formatting`."""

    AUTO = "auto"
    BLACK = "black"
    RUFF = "ruff"
