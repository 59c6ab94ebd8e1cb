"""A JSON value of a known type as the Python expression that somebody would write: `models.Recipient(name="Alice")`."""

from __future__ import annotations

from collections.abc import Mapping

from . import ir
from .fits import Fit, fits, meant, reads
from .imports import Import
from .ir import JSON, ScalarKind
from .literals import Source, call, literal, mapping, name, tuple_of


class Expressions:
    """Expressions for one module; `imports` collects what they need. Schemas stand behind `models.`."""

    def __init__(self, schemas: Mapping[str, ir.Schema]) -> None:
        self.schemas = schemas
        self.imports: set[Import] = set()

    def of(self, value: JSON, type_: ir.Type) -> Source:
        """The expression for `value`, as the argument of a method or of a model's constructor."""
        match type_, value:
            case ir.Scalar(kind=kind), str():
                return self._scalar(value, kind)
            case ir.Array(items=items), list():
                return self._list([self.of(item, items) for item in value])
            case ir.Tuple(prefix=prefix), list() if len(prefix) == len(value):
                return tuple_of(self.of(item, part) for item, part in zip(value, prefix, strict=True))
            case ir.Map(values=values), dict():
                return mapping((literal(key), self.of(item, values)) for key, item in value.items())
            case ir.Union(), _:
                return self._union(value, type_)
            case ir.Named(name=schema), _:
                return self._named(value, self.schemas[schema])
        return literal(value)

    def _list(self, items: list[Source]) -> Source:
        return Source(f"[{', '.join(items)}]")

    def _scalar(self, value: str, kind: ScalarKind) -> Source:
        if kind is ScalarKind.BINARY:
            return literal_bytes(value)
        made = _MAKERS.get(kind)
        if made is None or not reads(kind, value):
            return literal(value)
        function, imported = made
        self.imports.add(imported)
        return call(function, literal(value))

    def _union(self, value: JSON, union: ir.Union) -> Source:
        for variant in meant(value, union):
            if fits(value, variant, self.schemas, Fit.EXACT):
                return self.of(value, variant)
        return literal(value)

    def _named(self, value: JSON, schema: ir.Schema) -> Source:
        if isinstance(schema, ir.AliasSchema):
            made = self.of(value, schema.type)
            if not schema.is_distinct:
                return made
            self.imports.add(Import(".", "models"))
            return call(f"models.{name(schema.name)}", made)
        if not isinstance(value, dict):
            return literal(value)
        self.imports.add(Import(".", "models"))
        properties = {prop.api_name: prop for prop in schema.properties}
        if not value.keys() <= properties.keys():
            # A member that is not listed may be called as Python calls another one.
            return call(f"models.{schema.name}.model_validate", literal(value), by_name=literal(False))
        members = {properties[key].name: self.of(item, properties[key].type) for key, item in value.items()}
        return call(f"models.{name(schema.name)}", **members)


_MAKERS: Mapping[ScalarKind, tuple[str, Import]] = {
    ScalarKind.DATE_TIME: ("datetime.fromisoformat", Import("datetime", "datetime")),
    ScalarKind.DATE: ("date.fromisoformat", Import("datetime", "date")),
    ScalarKind.UUID: ("UUID", Import("uuid", "UUID")),
    ScalarKind.DECIMAL: ("Decimal", Import("decimal", "Decimal")),
}


def literal_bytes(text: str) -> Source:
    """A bytes literal of the text's UTF-8."""
    return Source(repr(text.encode("utf-8", errors="surrogatepass")))
