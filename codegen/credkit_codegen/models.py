"""The models of an API: what their modules hold, decided here.

Objects become classes on one base, everything else that has a name a module-level alias. Aliases stand where Python can
evaluate them: those of plain values before the classes, those of classes after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from pydantic.alias_generators import to_camel

from . import ir
from .aliases import AliasOrder
from .annotations import Annotation, Annotator
from .classes import AliasView, ClassView, FieldView, ModelsIndexView, ModelsView
from .config import Config
from .constraints import field_arguments, limited
from .discriminators import Tag, find_tags
from .files import GeneratedFile
from .grouping import Group, group_schemas
from .imports import RUNTIME_MODELS, Import, view_imports
from .literals import Source, call, docstring, literal, mapping, name, nests_within, prose, titled
from .references import references, schema_types
from .render import Renderer

FIELD_INDENT = 4
_WORD = re.compile(r"\w+")


def generate_models(
    api: ir.Api, config: Config, renderer: Renderer, groups: tuple[Group, ...] | None = None
) -> tuple[GeneratedFile, ...]:
    """`models.py` of the package, or for a large API the modules of `models/`."""
    groups = groups if groups is not None else group_schemas(api)
    package = PurePosixPath(config.package.name)
    views = _Modules(api, groups)
    if len(groups) == 1 and not groups[0].module:
        return (renderer.render("package/models.py.jinja", package / "models.py", views.only()),)
    folder = package / "models"
    return (
        renderer.render("package/models/__init__.py.jinja", folder / "__init__.py", views.index()),
        renderer.render("package/models.py.jinja", folder / "_base.py", views.base()),
        *(
            renderer.render("package/models.py.jinja", folder / f"{group.module}.py", views.module(group))
            for group in groups
        ),
    )


class _Modules:
    """Views of the modules."""

    def __init__(self, api: ir.Api, groups: tuple[Group, ...]) -> None:
        schemas = api.schemas_by_name
        objects = [schema for schema in api.schemas if isinstance(schema, ir.ObjectSchema)]
        self.objects = frozenset(schema.name for schema in objects)
        self.title = titled(api.title)
        self.groups = groups
        self.is_camel = _mostly_camel(objects)
        self.homes = {schema.name: group.module for group in groups for schema in group.schemas}
        annotator, tags = Annotator(schemas), find_tags(schemas)
        # Private where it stays in its module; other modules may only import what is not.
        self.base_name = name("_Model" if len(groups) == 1 and not groups[0].module else "ModelBase")
        self.writers = {
            group.module: _Writer(annotator, tags, group, base=self.base_name, is_camel=self.is_camel)
            for group in groups
        }

    def only(self) -> ModelsView:
        return self._view(self.groups[0], f"Models of {self.title}.", has_base=True)

    def module(self, group: Group) -> ModelsView:
        writer = self.writers[group.module]
        foreign = {used: Import(f".{self.homes[used]}", used) for used in writer.names_printed() - writer.own}
        later = sorted(foreign.keys() & self.objects)
        writer.imports.update(foreign[used] for used in foreign.keys() - self.objects)
        if writer.classes:
            writer.imports.add(Import("._base", self.base_name))
        if later:
            writer.imports |= {Import("typing", "TYPE_CHECKING"), Import(RUNTIME_MODELS, "later")}
        view = self._view(group, f"Models of {self.title}.", has_base=False)
        return replace(
            view,
            has_later=bool(later),
            later=call("later", name("__name__"), *(literal(used) for used in later)),
            later_imports=view_imports(foreign[used] for used in later),
        )

    def base(self) -> ModelsView:
        return ModelsView(
            docstring=docstring(f"The base of all models of {self.title}."),
            imports=view_imports(self._base_imports()),
            has_base=True,
            base_name=self.base_name,
            is_camel=self.is_camel,
        )

    def index(self) -> ModelsIndexView:
        lines = [
            Source(f"from .{group.module} import {item} as {item}")
            for group in self.groups
            for item in _exported(group)
        ]
        every = sorted(self.homes)
        return ModelsIndexView(
            docstring=docstring(f"Models of {self.title}. A module is loaded when one of its models is first used."),
            imports=tuple(lines),
            members=mapping((literal(item), literal(f".{self.homes[item]}")) for item in every),
        )

    def _view(self, group: Group, text: str, *, has_base: bool) -> ModelsView:
        writer = self.writers[group.module]
        before, after = writer.view_aliases()
        has_base = has_base and bool(writer.classes)
        return ModelsView(
            docstring=docstring(text),
            imports=view_imports(writer.imports | (self._base_imports() if has_base else set())),
            aliases_before=before,
            has_base=has_base,
            base_name=self.base_name,
            is_camel=self.is_camel,
            classes=writer.classes,
            aliases_after=after,
        )

    def _base_imports(self) -> set[Import]:
        camel = {Import("pydantic", "ConfigDict"), Import("pydantic.alias_generators", "to_camel")}
        return {Import(RUNTIME_MODELS, "Model")} | (camel if self.is_camel else set())


def _exported(group: Group) -> list[Source]:
    return [name(schema.name) for schema in sorted(group.schemas, key=lambda schema: schema.name)]


def _mostly_camel(objects: Iterable[ir.ObjectSchema]) -> bool:
    """Whether `to_camel` predicts more wire names than the Python names themselves do."""
    pairs = [(prop.name, prop.api_name) for schema in objects for prop in schema.properties]
    camel = sum(to_camel(python) == wire for python, wire in pairs)
    return camel > sum(python == wire for python, wire in pairs)


class _Writer:
    """Views of classes and aliases; collects the imports that they need."""

    def __init__(
        self, annotator: Annotator, tags: Mapping[str, Tag], group: Group, *, base: Source, is_camel: bool
    ) -> None:
        self.base = base
        self.annotator = annotator
        self.tags = tags
        self.is_camel = is_camel
        self.imports: set[Import] = set()
        self.group = group
        self.own = frozenset(schema.name for schema in group.schemas)
        self.names_used = references(type_ for schema in group.schemas for type_ in schema_types(schema))
        self.classes = tuple(self._class(schema) for schema in group.schemas if isinstance(schema, ir.ObjectSchema))

    def _class(self, schema: ir.ObjectSchema) -> ClassView:
        text = describe(schema.description, schema.title, deprecated=schema.deprecated)
        return ClassView(
            name=name(schema.name),
            base=self.base,
            has_docstring=bool(text),
            docstring=docstring(text, FIELD_INDENT),
            fields=tuple(self._field(prop) for prop in schema.properties),
            has_extras=schema.additional is not None,
            extras=self._extras(schema.additional),
        )

    def _extras(self, additional: ir.Type | None) -> Source:
        """The type of all members that are not listed; pydantic knows it under a name of its own."""
        if additional is None:
            return name("Any")
        annotation = self.annotator.annotate(ir.Map(values=additional))
        self.imports |= annotation.imports | {Import("pydantic", "Field")}
        return annotation.text

    def _field(self, prop: ir.Property) -> FieldView:
        annotation = self.annotator.annotate(prop.type) if prop.required else self.annotator.optional(prop.type)
        metadata = tuple(self._metadata(prop))
        text = _field_text(prop)
        if metadata:
            self.imports.add(Import("typing", "Annotated"))
        self.imports |= annotation.imports
        return FieldView(
            name=name(prop.name),
            annotation=_annotated(annotation.text, metadata),
            is_optional=not prop.required,
            has_docstring=bool(text),
            docstring=docstring(text, FIELD_INDENT),
        )

    def _metadata(self, prop: ir.Property) -> Iterator[Source]:
        arguments = field_arguments(prop.type)
        if prop.api_name != (to_camel(prop.name) if self.is_camel else prop.name):
            arguments = {"alias": literal(prop.api_name), **arguments}
        if arguments:
            self.imports.add(Import("pydantic", "Field"))
            yield call("Field", **arguments)
        if prop.secret:
            self.imports.add(Import(RUNTIME_MODELS, "Secret"))
            yield name("Secret")

    def names_printed(self) -> set[str]:
        """The schemas that annotations name: lists of values that a union joins are written out, and not by their names."""
        before, after = self.view_aliases()
        values = [alias.value for alias in (*before, *after)]
        values.extend(field.annotation for view in self.classes for field in view.fields)
        values.extend(view.extras for view in self.classes)
        return self.names_used & {word for value in values for word in _WORD.findall(value)}

    def view_aliases(self) -> tuple[tuple[AliasView, ...], tuple[AliasView, ...]]:
        """Aliases in an order in which each stands after those that it uses; the second group needs the classes."""
        order = AliasOrder(self.group.schemas)
        before: list[AliasView] = []
        after: list[AliasView] = []
        for alias in order.sorted():
            group = after if order.needs_classes(alias.name) else before
            group.append(self._alias(alias, is_recursive=order.is_recursive(alias.name)))
        return tuple(before), tuple(after)

    def _alias(self, alias: ir.AliasSchema, *, is_recursive: bool) -> AliasView:
        annotation = self._alias_annotation(alias)
        self.imports |= annotation.imports
        home, maker = ("typing_extensions", "TypeAliasType") if is_recursive else ("typing", "TypeAlias")
        self.imports.add(Import("typing", "NewType") if alias.is_distinct else Import(home, maker))
        text = describe(alias.description, alias.title, deprecated=alias.deprecated)
        return AliasView(
            name=name(alias.name),
            value=literal(str(annotation.text)) if is_recursive else annotation.text,
            is_recursive=is_recursive,
            is_distinct=alias.is_distinct,
            has_docstring=bool(text),
            docstring=docstring(text),
        )

    def _alias_annotation(self, alias: ir.AliasSchema) -> Annotation:
        annotation = self.annotator.annotate(alias.type)
        tag = self.tags.get(alias.name)
        if tag is None or not isinstance(alias.type, ir.Union):
            return annotation if alias.is_distinct else limited(annotation, alias.type)
        variants = [self.annotator.annotate(variant).text for variant in alias.type.variants if variant != ir.NULL]
        known = f"OneOf[Annotated[{' | '.join(variants)}, {_told_by(tag)}]]"
        marker = Import("pydantic", "Field") if tag.is_pinned else Import(RUNTIME_MODELS, "TaggedBy")
        used = {Import("typing", "Annotated"), marker, Import(RUNTIME_MODELS, "OneOf")}
        return Annotation((known, *(["None"] if annotation.nullable else [])), annotation.imports | used)


def _told_by(tag: Tag) -> Source:
    """What tells the variants of a union apart."""
    if tag.is_pinned:
        return call("Field", discriminator=literal(tag.name))
    options = {} if tag.api_name == tag.name else {"alias": literal(tag.api_name)}
    if not tag.is_required:
        options["required"] = literal(False)
    classes = mapping((literal(value), name(variant)) for value, variant in tag.choices)
    return call("TaggedBy", literal(tag.name), classes, **options)


def _annotated(annotation: Source, metadata: Sequence[Source]) -> Source:
    return Source(f"Annotated[{', '.join((annotation, *metadata))}]") if metadata else annotation


def describe(description: str | None, title: str | None = None, *, deprecated: bool = False) -> str:
    """What a docstring says: the description, else the title; a deprecation on a paragraph of its own."""
    text = prose(description or "") or prose(title or "")
    return "\n\n".join(part for part in (text, "Deprecated." if deprecated else "") if part)


def _field_text(prop: ir.Property) -> str:
    text = describe(prop.description, deprecated=prop.deprecated)
    if prop.has_default and prop.default is not None and nests_within(prop.default):
        text = f"{text}\n\nDefault: {literal(prop.default)}." if text else f"Default: {literal(prop.default)}."
    return text
