"""The parts of pydantic's core schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .shapes import is_array, is_dict


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema and field inside of it; references are not followed.

    What `metadata` of a part holds is none: pydantic's own notes. A member of a class, or a tag, may well be called so.
    """
    todo: list[Any] = [schema]
    while todo:
        node = todo.pop()
        if is_dict(node):
            is_part = isinstance(node.get("type"), str)
            if is_part:
                yield node
            todo.extend(value for key, value in node.items() if key != "metadata" or not is_part)
        elif is_array(node):
            todo.extend(node)
