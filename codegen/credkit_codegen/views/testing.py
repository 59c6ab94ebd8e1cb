"""The stub that applications use in their tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .. import ir
from ..annotations import Annotator
from ..config import Config
from ..constraints import field_arguments, limited
from ..imports import Import, runtime, view_imports
from ..literals import Source, call, docstring, later, literal, mapping, name, titled
from ..methods import Method
from .operations import constant_names, return_annotation
from .resources import own_names

TESTING_MODULE = "credkit.runtime.testing"
_ANY_TEXT = frozenset({ir.ScalarKind.STRING, ir.ScalarKind.ANY, ir.ScalarKind.BINARY, ir.ScalarKind.NULL})


@dataclass(frozen=True, slots=True, kw_only=True)
class StubMethod:
    """One operation of a stub: `name` gives an `OperationStub[annotation]`."""

    name: Source
    annotation: Source
    docstring: Source
    call: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class StubResource:
    name: Source
    class_name: Source
    methods: tuple[StubMethod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestingView:
    docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    class_name: Source
    package: Source
    credentials: Source
    resources: tuple[StubResource, ...]


def view_testing(api: ir.Api, methods: Sequence[Method], config: Config) -> TestingView:
    client = config.package.client
    imports = {
        *(Import("typing", "Unpack"), *runtime("ClientOptions")),
        *(Import(TESTING_MODULE, text) for text in ("OperationStub", "ResourceStub", "StubClient")),
        *(Import(".client", text) for text in ("API", f"Async{client}", client)),
        *(Import(".", resource.module, f"_{resource.module}") for resource in api.resources),
    }
    if api.resources:
        imports.add(Import("functools", "cached_property"))
    else:
        imports -= {Import(TESTING_MODULE, "OperationStub"), Import(TESTING_MODULE, "ResourceStub")}
    schemas = api.schemas_by_name
    by_resource = methods_by_resource(methods)
    resources = tuple(
        _resource(resource, by_resource.get(resource.name, []), schemas, imports) for resource in api.resources
    )
    return TestingView(
        docstring=docstring(f"Stands in for {titled(api.title)} in tests: typed, no network, no port."),
        imports=view_imports(imports),
        class_name=name(client),
        package=literal(config.package.name),
        credentials=mapping((literal(argument), literal("stub")) for argument in constructor_arguments(api)),
        resources=resources,
    )


def constructor_arguments(api: ir.Api) -> tuple[str, ...]:
    """What a client must be given so that every operation can be called: one way for each scheme, all server variables."""
    found: dict[str, None] = {}
    for scheme in api.schemes:
        kinds = dict(scheme.arguments)
        wanted = ["oauth2_token"] if "oauth2_token" in kinds else list(kinds)
        found |= dict.fromkeys(kinds[kind] for kind in wanted)
    found |= {item.name: None for server in api.every_server for item in server.variables if item.default is None}
    return tuple(found)


def methods_by_resource(methods: Iterable[Method]) -> dict[str, list[Method]]:
    """Methods in their order, by the name of their resource."""
    found: dict[str, list[Method]] = {}
    for method in methods:
        found.setdefault(method.resource, []).append(method)
    return found


def _resource(
    resource: ir.Resource, own: Sequence[Method], schemas: Mapping[str, ir.Schema], imports: set[Import]
) -> StubResource:
    annotator = Annotator(schemas, prefix="models.", hidden=own_names(own))
    values = Annotator(schemas, prefix="models.")
    return StubResource(
        name=name(resource.name),
        class_name=name(resource.class_name),
        methods=tuple(_methods(resource, own, annotator, values, imports)),
    )


def _methods(
    resource: ir.Resource, methods: Sequence[Method], annotator: Annotator, values: Annotator, imports: set[Import]
) -> Iterator[StubMethod]:
    constants = constant_names(methods)
    for method in methods:
        operation = method.operation
        annotation = return_annotation(method, annotator)
        imports |= annotation.imports
        yield StubMethod(
            name=name(method.name),
            annotation=annotation.text,
            docstring=docstring(f"`{operation.method} {operation.path}`", 8),
            call=call(
                "self._stub",
                name(f"_{resource.module}.{constants[operation.operation_id]}"),
                **dict(_parameter_types(operation, values, imports)),
            ),
        )


def _parameter_types(operation: ir.Operation, values: Annotator, imports: set[Import]) -> Iterator[tuple[str, Source]]:
    """The types of the parameters that do not take any text."""
    for parameter in operation.parameters:
        if _is_checkable(parameter.type, values.schemas, encoded=parameter.content is not None):
            annotation = limited(values.evaluated(parameter.type), parameter.type)
            imports |= annotation.imports
            yield parameter.name, later(annotation.text)


def _is_checkable(type_: ir.Type, schemas: Mapping[str, ir.Schema], *, encoded: bool) -> bool:
    """Whether text can be told to be no value of a type. Of objects that is so where JSON encodes them, of texts where the
    type has bounds."""
    if encoded:
        return type_ != ir.ANY
    has_bounds = bool(field_arguments(type_))
    seen: set[str] = set()
    todo = [type_]
    while todo:
        match item := todo.pop():
            case ir.Scalar(kind=kind) if kind not in _ANY_TEXT or (has_bounds and kind is ir.ScalarKind.STRING):
                pass
            case ir.Array(items=items):
                todo.append(items)
            case ir.Union(variants=variants):
                todo += (variant for variant in variants if variant != ir.NULL)
            case ir.Named(name=schema) if isinstance(found := schemas[schema], ir.AliasSchema):
                todo += () if schema in seen else (found.type,)
                seen.add(schema)
            case _ if not isinstance(item, ir.Enumeration):
                return False
    return True
