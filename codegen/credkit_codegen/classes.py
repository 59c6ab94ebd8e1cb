"""What the modules of models look like, every name and annotation decided; templates print them."""

from __future__ import annotations

from dataclasses import dataclass

from .literals import NOTHING, Source


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    """`Name = annotation`; `is_recursive` ones go through `TypeAliasType`, which takes its value as text, `is_distinct`
    ones through `NewType`."""

    name: Source
    value: Source
    is_recursive: bool
    is_distinct: bool
    has_docstring: bool
    docstring: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    """One module. `has_base`: it defines the base of the models, `base_name`, itself. `later` are classes of other modules,
    which are loaded when they are needed and only imported for type checkers."""

    docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    has_later: bool = False
    later: Source = NOTHING
    later_imports: tuple[tuple[Source, ...], ...] = ()
    aliases_before: tuple[AliasView, ...] = ()
    has_base: bool
    base_name: Source
    is_camel: bool
    classes: tuple[ClassView, ...] = ()
    aliases_after: tuple[AliasView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsIndexView:
    """`models/__init__.py`: every name and the module that it is loaded from."""

    docstring: Source
    imports: tuple[Source, ...]
    members: Source
