"""What a class of models looks like, every name and annotation decided; a template prints it."""

from __future__ import annotations

from dataclasses import dataclass

from .literals import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One line of a class: `name: annotation`, with `= None` where the member may be absent."""

    name: Source
    annotation: Source
    is_optional: bool
    has_docstring: bool
    docstring: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """One class. `base` is a class of the same package, `extras` the type of members that are not listed."""

    name: Source
    base: Source
    has_docstring: bool
    docstring: Source
    fields: tuple[FieldView, ...]
    has_extras: bool
    extras: Source

    @property
    def is_empty(self) -> bool:
        return not self.fields and not self.has_extras and not self.has_docstring
