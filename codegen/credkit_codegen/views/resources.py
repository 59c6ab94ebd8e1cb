"""One module for each resource: operations, the sync and async classes and their raw twins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .. import ir
from ..annotations import Annotation, Annotator
from ..config import BodyMode
from ..formatting import LINE_LENGTH
from ..imports import Import, runtime, view_imports
from ..literals import NOTHING, Source, call, docstring, literal, mapping, name
from ..methods import Argument, ArgumentKind, Method
from .docstrings import async_text, method_text, pages_text, stream_text
from .errors import ErrorsView
from .operations import OperationView, constant_names, return_annotation, view_operation

METHOD_INDENT = 8
CLASS_INDENT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodView:
    """One method in both colours. `call` is the one call in which it ends.

    `is_pages`: it iterates over what the method `pages_of` gives a page of, by the operation `constant`, and has no body of
    its own.
    """

    name: Source
    parameters: Source
    returns: Source
    async_returns: Source
    docstring: Source
    async_docstring: Source
    call: Source
    is_awaited: bool
    has_raw: bool
    is_pages: bool = False
    pages_of: Source = NOTHING
    constant: Source = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceView:
    """A module. `class_name` is the sync class; the others are derived from it."""

    docstring: Source
    class_docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    class_name: Source
    operations: tuple[OperationView, ...]
    methods: tuple[MethodView, ...]

    @property
    def raw_methods(self) -> tuple[MethodView, ...]:
        return tuple(method for method in self.methods if method.has_raw)


def view_resource(
    resource: ir.Resource, methods: Sequence[Method], schemas: Mapping[str, ir.Schema], errors: ErrorsView
) -> ResourceView:
    """The module of `resource`; `schemas` are the API's by name."""
    writer = _Writer(resource, schemas, errors, own_names(methods))
    constants = constant_names(methods)
    operations = tuple(
        view_operation(method, constants[method.operation.operation_id], writer.module) for method in methods
    )
    views = tuple(view for method in methods for view in writer.methods(method, constants))
    imports = writer.imports.union(*(operation.imports for operation in operations))
    text = describe_resource(resource)
    return ResourceView(
        docstring=docstring(text),
        class_docstring=docstring(text, CLASS_INDENT),
        imports=view_imports(imports),
        class_name=name(resource.class_name),
        operations=operations,
        methods=views,
    )


def own_names(methods: Sequence[Method]) -> frozenset[str]:
    """Names that the methods take in the scope of their class."""
    every = (name for method in methods for name in (method.name, method.pages_name, method.stream_name))
    return frozenset(name for name in every if name is not None)


def describe_resource(resource: ir.Resource) -> str:
    return resource.description or f"Operations of `{resource.name}`."


class _Writer:
    def __init__(
        self, resource: ir.Resource, schemas: Mapping[str, ir.Schema], errors: ErrorsView, own_names: frozenset[str]
    ) -> None:
        self.resource = resource
        self.errors = errors
        self.module = Annotator(schemas, prefix="models.")
        self.values = Annotator(schemas, prefix="models.", hidden=own_names)
        self.arguments = Annotator(schemas, prefix="models.", argument=True, hidden=own_names)
        self.imports: set[Import] = {
            Import("functools", "cached_property"),
            *runtime("AsyncRawResource", "AsyncResource", "CallOptions", "RawResource", "Resource", "async_raw", "raw"),
        }

    def methods(self, method: Method, constants: dict[str, str]) -> Iterable[MethodView]:
        constant = constants[method.operation.operation_id]
        returns = return_annotation(method, self.values)
        yield self._view(method, method.name, "_call", constant, returns, returns, method_text(method, self.errors))
        if method.pages is not None and method.pages_name is not None:
            yield self._pages(method, method.pages_name, constant)
        if method.stream_name is not None:
            streams = self._of("Stream", method.item), self._of("AsyncStream", method.item)
            yield self._view(method, method.stream_name, "_stream", constant, *streams, stream_text(method))

    def _pages(self, method: Method, own: str, constant: str) -> MethodView:
        self.imports |= runtime("all_pages", "async_all_pages")
        text = docstring(pages_text(method), CLASS_INDENT)
        return MethodView(
            name=name(own),
            parameters=NOTHING,
            returns=NOTHING,
            async_returns=NOTHING,
            docstring=text,
            async_docstring=text,
            call=NOTHING,
            is_awaited=False,
            has_raw=False,
            is_pages=True,
            pages_of=name(method.name),
            constant=name(constant),
        )

    def _of(self, container: str, type_: ir.Type | None) -> Annotation:
        """`Pager[Item]`, or the bare name where there are no items."""
        self.imports |= runtime(container)
        if type_ is None:
            return Annotation((container,))
        item = self.values.annotate(type_)
        return Annotation((f"{container}[{item.text}]",), item.imports)

    def _view(
        self, method: Method, own: str, verb: str, constant: str, returns: Annotation, async_returns: Annotation, text: str
    ) -> MethodView:  # fmt: skip
        self.imports |= returns.imports | async_returns.imports
        return MethodView(
            name=name(own),
            parameters=_parameters([*self._parameters(method.arguments)], returns, async_returns),
            returns=returns.text,
            async_returns=async_returns.text,
            docstring=docstring(text, METHOD_INDENT),
            async_docstring=docstring(async_text(method, self.resource.class_name, own), METHOD_INDENT),
            call=self._call(method, verb, constant),
            is_awaited=verb == "_call",
            has_raw=verb == "_call",
        )

    def _parameters(self, arguments: Sequence[Argument]) -> Iterable[Source]:
        yield Source("self")
        yield from (self._parameter(argument) for argument in arguments if argument.positional)
        yield Source("*")
        yield from (self._parameter(argument) for argument in arguments if not argument.positional)
        yield Source("options: CallOptions | None = None")

    def _parameter(self, argument: Argument) -> Source:
        annotation = self.arguments.annotate(argument.type)
        if not argument.required:
            takes_any = annotation.members == ("Any",)
            self.imports |= runtime("UNSET") if takes_any else runtime("UNSET", "Unset")
            annotation = annotation if takes_any else annotation.also("Unset")
        self.imports |= annotation.imports
        return _parameter(name(argument.name), annotation, "" if argument.required else " = UNSET")

    def _call(self, method: Method, verb: str, constant: str) -> Source:
        arguments = [name(constant)]
        given = [item for item in method.arguments if item.kind in (ArgumentKind.PATH, ArgumentKind.PARAMETER)]
        if given:
            arguments.append(mapping((literal(item.name), name(item.name)) for item in given))
        options: dict[str, Source] = {}
        if method.body is not None and method.body.mode is BodyMode.SPREAD:
            options["body"] = mapping((literal(item.api_name), name(item.name)) for item in method.body.fields)
        elif method.body is not None and method.body.argument is not None:
            options["body"] = name(method.body.argument)
        return call(f"self.{verb}", *arguments, **options, options=name("options"))


def _parameter(name: Source, annotation: Annotation, default: str) -> Source:
    """A parameter as black writes it: a union too long for its line stands in parentheses."""
    plain = f"{name}: {annotation.text}{default}"
    if len(annotation.members) == 1 or METHOD_INDENT + len(f"{plain},") <= LINE_LENGTH:
        return Source(plain)
    return Source(f"{name}: ({annotation.text}){default}")


def _parameters(parameters: Sequence[Source], *returns: Annotation) -> Source:
    """What stands in a signature's parentheses; with a comma at the end, so that each parameter gets a line of its own, where
    what the method returns does not fit on one."""
    is_wide = any(CLASS_INDENT + len(f") -> {item.text}:") > LINE_LENGTH for item in returns)
    return Source(", ".join(parameters) + ("," if is_wide else ""))
