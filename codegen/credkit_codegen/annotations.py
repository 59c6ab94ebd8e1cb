"""`ir.Type` as a Python annotation, with the imports that it needs.

Two readings of one type. A *value* is what a response holds and a model keeps: unknown enum values and variants are let in
(`OtherStr`, `UnknownVariant`). An *argument* is what a caller hands over: as wide as is safe (`Sequence`, `Mapping`, `str`
beside the literals).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from . import ir
from .imports import RUNTIME, RUNTIME_MODELS, Import
from .literals import Source, literal, name
from .typeops import object_schema, without_aliases

_SCALARS: dict[ir.ScalarKind, tuple[str, str | None]] = {
    ir.ScalarKind.STRING: ("str", None),
    ir.ScalarKind.INTEGER: ("int", None),
    ir.ScalarKind.NUMBER: ("float | int", None),
    ir.ScalarKind.BOOLEAN: ("bool", None),
    ir.ScalarKind.NULL: ("None", None),
    ir.ScalarKind.DATE_TIME: ("datetime", "datetime"),
    ir.ScalarKind.DATE: ("date", "datetime"),
    ir.ScalarKind.UUID: ("UUID", "uuid"),
    ir.ScalarKind.DECIMAL: ("Decimal", "decimal"),
    ir.ScalarKind.BINARY: ("bytes", None),
    ir.ScalarKind.ANY: ("Any", "typing"),
}
_OTHERS = {
    ir.ScalarKind.STRING: "OtherStr",
    ir.ScalarKind.INTEGER: "OtherInt",
    ir.ScalarKind.NUMBER: "OtherFloat",
    ir.ScalarKind.BOOLEAN: "OtherBool",
}
_OPEN = frozenset(_OTHERS.values())
_NARROW = {
    ir.ScalarKind.STRING: "str",
    ir.ScalarKind.INTEGER: "int",
    ir.ScalarKind.NUMBER: "float",
    ir.ScalarKind.BOOLEAN: "bool",
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """Source of an annotation. `members` are its alternatives, so that unions join without nesting."""

    members: tuple[str, ...]
    imports: frozenset[Import] = field(default=frozenset())

    @property
    def text(self) -> Source:
        return Source(" | ".join(self.members))

    @property
    def nullable(self) -> bool:
        return "None" in self.members or self.members == ("Any",)

    def also(self, *members: str, imports: Iterable[Import] = ()) -> Annotation:
        """This or one of `members`."""
        return join((self, Annotation(members, frozenset(imports))))


def join(parts: Iterable[Annotation]) -> Annotation:
    """The union of annotations: flat, without repeats, `None` last, `Any` swallowing the rest."""
    parts = tuple(parts)
    members = tuple(dict.fromkeys(member for part in parts for member in part.members))
    if "Any" in members:
        return Annotation(("Any",), frozenset({Import("typing", "Any")}))
    ordered = (*(m for m in members if m != "None"), *(m for m in members if m == "None"))
    return Annotation(ordered, frozenset().union(*(part.imports for part in parts)))


def _is_literal(value: str | int | float | bool) -> bool:
    """Whether type checkers take the value in a `Literal`: no fractions, no integers beyond 64 bits."""
    return isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 2**63)


@dataclass(frozen=True, slots=True)
class Annotator:
    """Annotations for one module.

    `prefix` stands before schema names ("models."), `argument` picks the reading. `hidden` are names that methods of the
    same class take (a method `list` hides the type): those types are then written `builtins.list`.
    """

    schemas: Mapping[str, ir.Schema]
    prefix: str = ""
    argument: bool = False
    hidden: Collection[str] = ()

    def annotate(self, type_: ir.Type) -> Annotation:
        match type_:
            case ir.Scalar():
                return self._scalar(type_)
            case ir.Enumeration():
                return self._enumeration(type_)
            case ir.Array(items=items):
                return self._array(items)
            case ir.Map(values=values):
                return self._map(values)
            case ir.Tuple():
                return self._tuple(type_)
            case ir.Union():
                return self._union(type_)
            case ir.Named(name=schema):
                return self.named(schema)

    def evaluated(self, type_: ir.Type) -> Annotation:
        """The type where Python evaluates it as an expression. Type checkers take no `OneOf[...]` there, so it is spelled out."""
        if not isinstance(type_, ir.Union) or not self._has_variants(type_):
            annotation = self.annotate(type_)
            known = [member for member in annotation.members if member != "None"]
            if len(known) < len(annotation.members) and not _OPEN.isdisjoint(known) and known[0] not in _OPEN:
                # Pyright knows no `|` between `Annotated`, which these are, and None; so None stands before them.
                return Annotation(("None", *known), annotation.imports)
            return annotation
        variants = join(self.annotate(variant) for variant in self._merged(type_.variants))
        return variants.also("UnknownVariant", imports={Import(RUNTIME_MODELS, "UnknownVariant")})

    def named(self, schema: str) -> Annotation:
        if self._is_null(schema):  # Python cannot say `Name | None` of a name that is None
            return Annotation(("None",))
        imports = {Import(".", "models")} if self.prefix else set()
        return Annotation((f"{self.prefix}{name(schema)}",), frozenset(imports))

    def optional(self, type_: ir.Type) -> Annotation:
        """The type of a member that may be absent: absent is None, an explicit null is not."""
        annotation = self.annotate(type_)
        if annotation.nullable:
            return annotation
        return Annotation(
            (f"Omittable[{annotation.text}]",), annotation.imports | {Import(RUNTIME_MODELS, "Omittable")}
        )

    def _scalar(self, type_: ir.Scalar) -> Annotation:
        if self.argument and type_.kind is ir.ScalarKind.BINARY:
            return Annotation(("FileInput",), frozenset({Import(RUNTIME, "FileInput")}))
        if self.argument and type_.kind is ir.ScalarKind.NUMBER:
            return self._builtin("float")
        text, module = _SCALARS[type_.kind]
        if module is not None:
            return Annotation((text,), frozenset({Import(module, text)}))
        return join(self._builtin(part) for part in text.split(" | "))

    def _builtin(self, type_name: str, arguments: str = "", imports: Iterable[Import] = ()) -> Annotation:
        """A builtin type, with `[arguments]` when there are some."""
        text = f"{type_name}[{arguments}]" if arguments else type_name
        if type_name in self.hidden:
            return Annotation((f"builtins.{text}",), frozenset({*imports, Import("builtins")}))
        return Annotation((text,), frozenset(imports))

    def _enumeration(self, type_: ir.Enumeration) -> Annotation:
        values = tuple(value for value in type_.values if _is_literal(value))
        parts: list[Annotation] = []
        if values:
            text = f"Literal[{', '.join(literal(value) for value in values)}]"
            parts.append(Annotation((text,), frozenset({Import("typing", "Literal")})))
        if len(values) < len(type_.values) or type_.open or not values:
            parts.append(self._other(type_.base))
        return join(parts)

    def _other(self, base: ir.ScalarKind) -> Annotation:
        """The values that an open enumeration does not list."""
        if base not in _OTHERS:
            return self.annotate(ir.ANY)
        if self.argument:
            return self._builtin(_NARROW[base])
        return Annotation((_OTHERS[base],), frozenset({Import(RUNTIME_MODELS, _OTHERS[base])}))

    def _array(self, items: ir.Type) -> Annotation:
        inner = self.annotate(items)
        if not self.argument:
            return self._builtin("list", inner.text, inner.imports)
        return Annotation((f"Sequence[{inner.text}]",), inner.imports | {Import("collections.abc", "Sequence")})

    def _map(self, values: ir.Type) -> Annotation:
        key, value = self._builtin("str"), self.annotate(values)
        arguments, imports = f"{key.text}, {value.text}", key.imports | value.imports
        if not self.argument:
            return self._builtin("dict", arguments, imports)
        return Annotation((f"Mapping[{arguments}]",), imports | {Import("collections.abc", "Mapping")})

    def _tuple(self, type_: ir.Tuple) -> Annotation:
        if type_.rest is not None or not type_.prefix:
            items = (*type_.prefix, type_.rest if type_.rest is not None else ir.ANY)
            return self._array(ir.Union(variants=items))
        parts = [self.annotate(item) for item in type_.prefix]
        imports = frozenset().union(*(part.imports for part in parts))
        return self._builtin("tuple", ", ".join(part.text for part in parts), imports)

    def _union(self, type_: ir.Union) -> Annotation:
        """Where objects are told apart, `OneOf[...]` takes in an object that is none of them."""
        variants = type_.variants if self.argument else tuple(self._merged(type_.variants))
        joined = join(self.annotate(variant) for variant in variants)
        if self.argument or not self._has_variants(type_):
            return joined
        known = [member for member in joined.members if member != "None"]
        members = (f"OneOf[{' | '.join(known)}]", *(["None"] if joined.nullable else []))
        return Annotation(members, joined.imports | {Import(RUNTIME_MODELS, "OneOf")})

    def _merged(self, variants: tuple[ir.Type, ...]) -> Iterator[ir.Type]:
        """Enumerations of one kind as one, closed where the union takes every value of the kind anyway.

        Otherwise a value that only the second of them lists would count as unknown to the first.
        """
        lists = {id(variant): self._listed(variant) for variant in variants}
        plain = {variant.kind for variant in variants if isinstance(variant, ir.Scalar)}
        bases = Counter(found.base for found in lists.values() if found is not None)
        merged: set[ir.ScalarKind] = set()
        for variant in variants:
            found = lists[id(variant)]
            if found is None or (bases[found.base] == 1 and found.base not in plain):
                yield variant
            elif found.base not in merged:
                merged.add(found.base)
                same = [item for item in lists.values() if item is not None and item.base is found.base]
                yield ir.Enumeration(
                    values=tuple(dict.fromkeys(value for item in same for value in item.values)),
                    base=found.base,
                    open=any(item.open for item in same) and found.base not in plain,
                )

    def _listed(self, type_: ir.Type) -> ir.Enumeration | None:
        """The enumeration that a type is or names."""
        type_ = without_aliases(type_, self.schemas)
        return type_ if isinstance(type_, ir.Enumeration) else None

    def _is_null(self, schema: str) -> bool:
        """Whether a name stands for null and nothing else."""
        found = self.schemas.get(schema)
        return isinstance(found, ir.AliasSchema) and found.type == ir.NULL

    def _has_variants(self, type_: ir.Union) -> bool:
        """Whether objects tell the alternatives apart, so that an object may come that is none of them."""
        takes_any = any(isinstance(variant, ir.Map) or variant == ir.ANY for variant in type_.variants)
        return not takes_any and sum(object_schema(variant, self.schemas) is not None for variant in type_.variants) > 1
