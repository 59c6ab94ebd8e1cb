"""Path templates: `/things/{id}` taken apart."""

from __future__ import annotations

import re

_NAME = re.compile(r"\{([^{}]*)\}")


def template_names(path: str) -> list[str]:
    """Names between braces, in order, repetitions kept."""
    return _NAME.findall(path)


def path_shape(path: str) -> str:
    """The path with every name left out: two paths of one shape answer the same addresses."""
    return _NAME.sub("{}", path)
