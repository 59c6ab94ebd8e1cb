"""Questions and small changes to `ir.Type`s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from . import ir
from .ir import ANY, NULL, Named, ObjectSchema, Scalar, ScalarKind, Type


def union_of(types: Iterable[Type]) -> Type:
    """One type for all of `types`: flat, without repetitions, `null` last; `ANY` swallows the rest."""
    flat: list[Type] = []
    for type_ in types:
        plain = isinstance(type_, ir.Union) and type_.discriminator is None
        for variant in type_.variants if isinstance(type_, ir.Union) and plain else (type_,):
            if variant not in flat:
                flat.append(variant)
    if ANY in flat:
        return ANY
    flat.sort(key=lambda variant: variant == NULL)
    return flat[0] if len(flat) == 1 else ir.Union(variants=tuple(flat))


def without_null(type_: Type) -> Type:
    """The type without its null variant."""
    if not isinstance(type_, ir.Union) or NULL not in type_.variants:
        return type_
    variants = tuple(variant for variant in type_.variants if variant != NULL)
    return variants[0] if len(variants) == 1 else ir.Union(variants=variants, discriminator=type_.discriminator)


def without_aliases(type_: Type, schemas: Mapping[str, ir.Schema]) -> Type:
    """What a name stands for in the end; the name itself for an object, and for aliases that only name each other."""
    seen: set[str] = set()
    while isinstance(type_, Named) and type_.name not in seen:
        seen.add(type_.name)
        schema = schemas[type_.name]
        if isinstance(schema, ObjectSchema):
            return type_
        type_ = schema.type
    return type_


def object_schema(type_: Type, schemas: Mapping[str, ir.Schema]) -> ObjectSchema | None:
    """The object that a type names, through aliases; None for anything else."""
    type_ = without_aliases(type_, schemas)
    schema = schemas[type_.name] if isinstance(type_, Named) else None
    return schema if isinstance(schema, ObjectSchema) else None


def as_text(type_: Type, kind: ScalarKind) -> Type:
    """The type with scalars of that kind read as text."""
    if isinstance(type_, Scalar):
        return replace(type_, kind=ScalarKind.STRING) if type_.kind is kind else type_
    if isinstance(type_, ir.Array):
        return replace(type_, items=as_text(type_.items, kind))
    if isinstance(type_, ir.Map):
        return replace(type_, values=as_text(type_.values, kind))
    if isinstance(type_, ir.Union):
        return replace(type_, variants=tuple(dict.fromkeys(as_text(variant, kind) for variant in type_.variants)))
    return type_
