"""Unions whose variants are told apart by a tag, where the union knows which value means which class and the classes do not.

A class that stands alone elsewhere keeps the tag that its document gives it, mostly any string. pydantic's own discriminator wants a
`Literal` in the class instead; this marker tells its parser the same from outside: still one look at one member, and no Python code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .shapes import is_dict


class _Absent:
    """The tag of an object that has none: equal to nothing that comes from the wire."""

    def __repr__(self) -> str:
        return "absent"


_ABSENT = _Absent()


class TaggedBy:
    """`Annotated[Cat | Dog, TaggedBy("kind", {"cat": Cat, "dog": Dog})]`: an object is what its tag says.

    Args:
        tag: the member in Python.
        classes: value of the tag -> the variant.
        alias: the member on the wire, where it is called otherwise.
        required: False where the tag may be absent; such an object is what it looks like.
    """

    __slots__ = ("_classes", "_paths", "_required")

    def __init__(
        self, tag: str, classes: Mapping[str, Any], *, alias: str | None = None, required: bool = True
    ) -> None:
        self._paths: list[list[str | int]] = [[tag]] if alias is None else [[tag], [alias]]
        self._classes = classes
        self._required = required

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices: dict[Any, CoreSchema] = {
            value: handler.generate_schema(variant) for value, variant in self._classes.items()
        }
        if self._required:
            return core_schema.tagged_union_schema(choices, discriminator=self._paths)
        choices[_ABSENT] = handler(source)
        return core_schema.tagged_union_schema(choices, discriminator=self._tag_of)

    def _tag_of(self, value: object) -> object:
        for path in reversed(self._paths):  # as on the wire, then as in Python
            name = str(path[0])
            tag = value.get(name) if is_dict(value) else getattr(value, name, None)
            if tag is not None:
                return tag
        return _ABSENT
