"""Let hypothesis-jsonschema draw objects under current versions of Hypothesis.

It asks `many.more()` in a loop; Hypothesis 6.170.10 replaced that by a context manager with an iterator. This gives it the
old question on top of the new answer, and does nothing where the method is still there.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import hypothesis_jsonschema._from_schema as schemas
from hypothesis.internal.conjecture import utils


class _Many(utils.many):
    """`many`, asked element by element."""

    _elements: Iterator[Any] | None = None

    def more(self) -> bool:
        """Whether to draw another element."""
        if self._elements is None:
            self._elements = iter(self.__enter__())
        for _ in self._elements:
            return True
        self.__exit__(None)
        return False


def install() -> None:
    """Make hypothesis-jsonschema work with the Hypothesis that is installed."""
    if not hasattr(utils.many, "more"):
        setattr(schemas, "cu", SimpleNamespace(many=_Many))  # noqa: B010  # no name that the package exports
