"""The models of an API: what `models.py` holds, decided here, its classes printed by `datamodel`.

Objects become classes on `_Model`, everything else that has a name a module-level alias. Aliases stand where Python can
evaluate them: those of plain values before the classes, those of classes after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic.alias_generators import to_camel

from . import ir
from .annotations import Annotation, Annotator
from .config import Config
from .datamodel import ClassView, FieldView, print_classes
from .discriminators import Tags, find_tags
from .files import GeneratedFile
from .imports import RUNTIME_MODELS, Import, view_imports
from .literals import Source, call, docstring, literal, name, prose
from .render import Renderer

FIELD_INDENT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    """`Name = annotation`; `is_recursive` ones go through `TypeAliasType`, which takes its value as text."""

    name: Source
    value: Source
    is_recursive: bool
    has_docstring: bool
    docstring: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    aliases_before: tuple[AliasView, ...]
    is_camel: bool
    has_classes: bool
    classes: tuple[Source, ...]
    aliases_after: tuple[AliasView, ...]


def generate_models(api: ir.Api, config: Config, renderer: Renderer) -> tuple[GeneratedFile, ...]:
    """`models.py` of the package."""
    view = view_models(api)
    path = PurePosixPath(config.package.name) / "models.py"
    return (renderer.render("package/models.py.jinja", path, view),)


def view_models(api: ir.Api) -> ModelsView:
    schemas = {schema.name: schema for schema in api.schemas}
    objects = [schema for schema in api.schemas if isinstance(schema, ir.ObjectSchema)]
    aliases = [schema for schema in api.schemas if isinstance(schema, ir.AliasSchema)]
    is_camel = _mostly_camel(objects)
    writer = _Writer(Annotator(schemas), find_tags(schemas), is_camel=is_camel)
    classes = tuple(writer.view_class(schema) for schema in objects)
    before, after = writer.view_aliases(aliases, schemas)
    if is_camel and objects:
        writer.imports |= {Import("pydantic", "ConfigDict"), Import("pydantic.alias_generators", "to_camel")}
    if objects:
        writer.imports.add(Import(RUNTIME_MODELS, "Model"))
    return ModelsView(
        docstring=docstring(f"Models of the {api.title}." if api.title else "Models."),
        imports=view_imports(writer.imports),
        aliases_before=before,
        is_camel=is_camel,
        has_classes=bool(objects),
        classes=print_classes(classes),
        aliases_after=after,
    )


def _mostly_camel(objects: Iterable[ir.ObjectSchema]) -> bool:
    """Whether `to_camel` predicts more wire names than the Python names themselves do."""
    pairs = [(prop.name, prop.api_name) for schema in objects for prop in schema.properties]
    camel = sum(to_camel(python) == wire for python, wire in pairs)
    return camel > sum(python == wire for python, wire in pairs)


class _Writer:
    """Views of classes and aliases; collects the imports that they need."""

    def __init__(self, annotator: Annotator, tags: Tags, *, is_camel: bool) -> None:
        self.annotator = annotator
        self.tags = tags
        self.is_camel = is_camel
        self.imports: set[Import] = set()

    def view_class(self, schema: ir.ObjectSchema) -> ClassView:
        text = describe(schema.description, schema.title, deprecated=schema.deprecated)
        return ClassView(
            name=name(schema.name),
            base="_Model",
            has_docstring=bool(text),
            docstring=docstring(text, FIELD_INDENT),
            fields=tuple(self._field(schema, prop) for prop in schema.properties),
        )

    def _field(self, schema: ir.ObjectSchema, prop: ir.Property) -> FieldView:
        type_ = self.tags.closed(schema.name, prop)
        annotation = self.annotator.annotate(type_) if prop.required else self.annotator.optional(type_)
        metadata = tuple(self._metadata(prop))
        if metadata:
            self.imports.add(Import("typing", "Annotated"))
        self.imports |= annotation.imports
        text = _field_text(prop)
        return FieldView(
            name=name(prop.name),
            annotation=annotation.text,
            is_annotated=bool(metadata),
            metadata=Source(", ".join(metadata)),
            is_optional=not prop.required,
            has_docstring=bool(text),
            docstring=docstring(text, FIELD_INDENT),
        )

    def _metadata(self, prop: ir.Property) -> Iterator[Source]:
        if prop.api_name != (to_camel(prop.name) if self.is_camel else prop.name):
            self.imports.add(Import("pydantic", "Field"))
            yield call("Field", alias=literal(prop.api_name))
        if prop.secret:
            self.imports.add(Import(RUNTIME_MODELS, "Secret"))
            yield name("Secret")

    def view_aliases(
        self, aliases: Iterable[ir.AliasSchema], schemas: Mapping[str, ir.Schema]
    ) -> tuple[tuple[AliasView, ...], tuple[AliasView, ...]]:
        """Aliases in an order in which each stands after those that it uses; the second group needs the classes."""
        order = _Order(schemas)
        before: list[AliasView] = []
        after: list[AliasView] = []
        for alias in order.sorted(aliases):
            group = after if order.needs_classes(alias.name) else before
            group.append(self._alias(alias, is_recursive=order.is_recursive(alias.name)))
        return tuple(before), tuple(after)

    def _alias(self, alias: ir.AliasSchema, *, is_recursive: bool) -> AliasView:
        annotation = self._alias_annotation(alias)
        self.imports |= annotation.imports
        self.imports.add(
            Import("typing_extensions", "TypeAliasType") if is_recursive else Import("typing", "TypeAlias")
        )
        text = describe(alias.description, alias.title, deprecated=alias.deprecated)
        return AliasView(
            name=name(alias.name),
            value=literal_text(annotation.text) if is_recursive else annotation.text,
            is_recursive=is_recursive,
            has_docstring=bool(text),
            docstring=docstring(text),
        )

    def _alias_annotation(self, alias: ir.AliasSchema) -> Annotation:
        annotation = self.annotator.annotate(alias.type)
        tag = self.tags.union(alias.name)
        if tag is None or not isinstance(alias.type, ir.Union):
            return annotation
        variants = [self.annotator.annotate(variant).text for variant in alias.type.variants if variant != ir.NULL]
        field = call("Field", discriminator=literal(tag))
        known = f"OneOf[Annotated[{' | '.join(variants)}, {field}]]"
        used = {Import("typing", "Annotated"), Import("pydantic", "Field"), Import(RUNTIME_MODELS, "OneOf")}
        return Annotation((known, *(["None"] if annotation.nullable else [])), annotation.imports | used)


def literal_text(source: Source) -> Source:
    """Source as a string literal, for places that evaluate it later."""
    return literal(str(source))


class _Order:
    """Which aliases use which, directly or through others."""

    def __init__(self, schemas: Mapping[str, ir.Schema]) -> None:
        self.schemas = schemas
        self.uses = {
            schema.name: tuple(dict.fromkeys(named_in(schema.type)))
            for schema in schemas.values()
            if isinstance(schema, ir.AliasSchema)
        }
        self.reached = {alias: self._reach(alias) for alias in self.uses}

    def _reach(self, start: str) -> frozenset[str]:
        """Everything that the alias mentions, looking through aliases but not into classes."""
        found: set[str] = set()
        waiting = list(self.uses[start])
        while waiting:
            used = waiting.pop()
            if used not in found:
                found.add(used)
                waiting.extend(self.uses.get(used, ()))
        return frozenset(found)

    def is_recursive(self, alias: str) -> bool:
        return alias in self.reached[alias]

    def needs_classes(self, alias: str) -> bool:
        return self.is_recursive(alias) or any(used not in self.uses for used in self.reached[alias])

    def sorted(self, aliases: Iterable[ir.AliasSchema]) -> Iterator[ir.AliasSchema]:
        """The given order, except that what an alias uses comes before it."""
        by_name = {alias.name: alias for alias in aliases}
        done: set[str] = set()
        for start in by_name:
            stack = [(start, False)]
            while stack:
                current, used_are_done = stack.pop()
                if used_are_done:
                    yield by_name[current]
                elif current not in done and current in by_name:
                    done.add(current)
                    stack.append((current, True))
                    stack.extend((used, False) for used in reversed(self.uses[current]))


def named_in(type_: ir.Type) -> Iterator[str]:
    """Names of the schemas that a type mentions."""
    match type_:
        case ir.Named(name=schema):
            yield schema
        case ir.Array(items=inner) | ir.Map(values=inner):
            yield from named_in(inner)
        case ir.Tuple(prefix=prefix, rest=rest):
            for item in (*prefix, *((rest,) if rest is not None else ())):
                yield from named_in(item)
        case ir.Union(variants=variants):
            for variant in variants:
                yield from named_in(variant)


def describe(description: str | None, title: str | None = None, *, deprecated: bool = False) -> str:
    """What a docstring says: the description, else the title; a deprecation on a paragraph of its own."""
    text = prose(description or "") or prose(title or "")
    return "\n\n".join(part for part in (text, "Deprecated." if deprecated else "") if part)


def _field_text(prop: ir.Property) -> str:
    text = describe(prop.description, deprecated=prop.deprecated)
    if prop.has_default and prop.default is not None:
        text = f"{text}\n\nDefault: {literal(prop.default)}." if text else f"Default: {literal(prop.default)}."
    return text
