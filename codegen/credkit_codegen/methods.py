"""What each operation becomes in Python: the method's path, its arguments in order, how its body is given, what it returns.

Pure and decided once; `inspect` prints it and the views draw signatures from it. Names of parameters, resources and
methods come from `Api`; this module adds those that only exist together (body argument, members of a spread body).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from . import ir, names
from .config import BodyMode, Config, OperationConfig
from .ir import Api, MediaType, Operation, Parameter, Property, ScalarKind, Type
from .mediatypes import essence, preferred
from .results import ResponseKind, body_type, page_item, page_member, read_success, unwrapped
from .typeops import as_text, object_schema


class ArgumentKind(StrEnum):
    """Where an argument goes: `PATH` may be given by position, everything else by keyword."""

    PATH = "path"
    PARAMETER = "parameter"
    FIELD = "field"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of a method. `api_name` is empty for the body itself."""

    name: str
    api_name: str
    kind: ArgumentKind
    type: Type
    required: bool
    description: str | None = None
    has_default: bool = False
    default: ir.JSON = None
    deprecated: bool = False
    secret: bool = False

    @property
    def positional(self) -> bool:
        return self.kind is ArgumentKind.PATH


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyField:
    """One member of a spread body; `name` is the keyword argument. `file` members take a `FileInput`."""

    name: str
    api_name: str
    required: bool
    file: bool
    property: Property


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodBody:
    """The request body of a method. `type` is that of the whole body; `argument` is None when it is spread."""

    mode: BodyMode
    media: MediaType
    type: Type
    required: bool
    argument: str | None
    fields: tuple[BodyField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One operation as Python. `python` is `resource.name`.

    `returns` is the type of a success, after `unwrap`; None where none has a body.
    `pages` is the type of one item where the operation is paged; then `pages_name` is the method that iterates, and `page_member`
    the member of a page that holds its items.
    `item` is the type of one event or line where the answer can be streamed; then `stream_name` is the method for it.
    """

    operation: Operation
    resource: str
    name: str
    python: str
    arguments: tuple[Argument, ...]
    body: MethodBody | None
    kind: ResponseKind
    returns: Type | None
    pages: Type | None = None
    pages_name: str | None = None
    page_member: str | None = None
    item: Type | None = None
    stream_name: str | None = None
    degraded: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the document's order; `Parameter.name` is the argument's name."""
        return self.operation.parameters


def build_methods(api: Api, config: Config) -> tuple[Method, ...]:
    """One method for each operation of `api`, in the document's order."""
    schemas = api.schemas_by_name
    taken: dict[str, set[str]] = {}
    for operation in api.operations:
        taken.setdefault(operation.resource, set()).add(operation.name)
    return tuple(_method(operation, config, schemas, taken[operation.resource]) for operation in api.operations)


def _method(operation: Operation, config: Config, schemas: Mapping[str, ir.Schema], taken: set[str]) -> Method:
    given = config.operations.get(operation.variant_of or operation.operation_id, OperationConfig())
    body = _body(operation, given, schemas)
    kind, success, item = read_success(operation)
    pages = page_item(operation, success, schemas)
    streamed = kind is ResponseKind.BYTES or item is not None
    returns = unwrapped(success, operation.unwrap, schemas)
    return Method(
        operation=operation,
        resource=operation.resource,
        name=operation.name,
        python=f"{operation.resource}.{operation.name}",
        arguments=_arguments(operation, body),
        body=body,
        kind=kind,
        returns=returns,
        pages=pages,
        page_member=page_member(operation, returns, schemas),
        pages_name=_free(f"{operation.name}_all", taken) if pages is not None else None,
        item=item,
        stream_name=_free(f"{operation.name}_stream", taken) if streamed else None,
        degraded=operation.degraded,
    )


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


# --- arguments -----------------------------------------------------------------------------------------------------


def _arguments(operation: Operation, body: MethodBody | None) -> tuple[Argument, ...]:
    """Path parameters in path order, then what is required, then the rest; each group in the document's order."""
    parameters = sorted(operation.parameters, key=lambda item: _path_order(operation.path, item))
    arguments = [_of_parameter(parameter) for parameter in parameters]
    if body is not None and body.argument is not None:
        description = operation.body.description if operation.body else None
        arguments.append(
            Argument(
                name=body.argument, api_name="", kind=ArgumentKind.BODY, type=body.type, required=body.required, description=description
            )
        )  # fmt: skip
    elif body is not None:
        arguments.extend(_of_field(item) for item in body.fields)
    return tuple(sorted(arguments, key=lambda item: (not item.positional, not item.required)))


def _path_order(path: str, parameter: Parameter) -> int:
    if parameter.location_in is not ir.ParameterLocation.PATH:
        return len(path)
    return path.find("{" + parameter.api_name + "}")


def _of_parameter(parameter: Parameter) -> Argument:
    path = parameter.location_in is ir.ParameterLocation.PATH
    return Argument(
        name=parameter.name,
        api_name=parameter.api_name,
        kind=ArgumentKind.PATH if path else ArgumentKind.PARAMETER,
        type=as_text(parameter.type, ScalarKind.BINARY),
        required=parameter.required,
        description=parameter.description,
        has_default=parameter.has_default,
        default=parameter.default,
        deprecated=parameter.deprecated,
        secret=parameter.secret,
    )


def _of_field(item: BodyField) -> Argument:
    prop = item.property
    return Argument(
        name=item.name,
        api_name=item.api_name,
        kind=ArgumentKind.FIELD,
        type=prop.type,
        required=item.required,
        description=prop.description,
        has_default=prop.has_default,
        default=prop.default,
        deprecated=prop.deprecated,
        secret=prop.secret,
    )


# --- bodies --------------------------------------------------------------------------------------------------------


def _body(operation: Operation, given: OperationConfig, schemas: Mapping[str, ir.Schema]) -> MethodBody | None:
    body = operation.body
    media = preferred(body.content) if body is not None else None
    if body is None or media is None:
        return None
    type_ = body_type(media)
    taken = {parameter.name for parameter in operation.parameters} | names.ARGUMENT_NAMES
    fields = _fields(media, type_, given, schemas) if given.body is not BodyMode.ARGUMENT else ()
    if fields and _can_spread(fields, taken, forced=given.body is BodyMode.SPREAD, required=body.required):
        return MethodBody(
            mode=BodyMode.SPREAD, media=media, type=type_, required=body.required, argument=None, fields=fields
        )
    argument = given.arguments.get("") or next(name for name in _body_names() if name not in taken)
    return MethodBody(mode=BodyMode.ARGUMENT, media=media, type=type_, required=body.required, argument=argument)


def _body_names() -> Iterable[str]:
    yield from ("body", "request_body", "body_")
    number = 2
    while True:
        yield f"body_{number}"
        number += 1


def _fields(
    media: MediaType, type_: Type, given: OperationConfig, schemas: Mapping[str, ir.Schema]
) -> tuple[BodyField, ...]:
    """The members of an object body that a caller may send; empty when the body is no plain object."""
    schema = object_schema(type_, schemas)
    if schema is None or schema.additional is not None:
        return ()
    files = {part.api_name for part in media.parts if part.file}
    has_files = essence(media.media_type).startswith("multipart/")  # elsewhere what is called binary is text
    return tuple(
        BodyField(
            name=given.arguments.get(prop.api_name, prop.name),
            api_name=prop.api_name,
            required=prop.required,
            file=prop.api_name in files,
            property=prop if has_files else replace(prop, type=as_text(prop.type, ScalarKind.BINARY)),
        )
        for prop in schema.properties
        if not prop.read_only
    )


def _can_spread(
    fields: tuple[BodyField, ...], taken: set[str] | frozenset[str], *, forced: bool, required: bool
) -> bool:
    used = [item.name for item in fields]
    if len(set(used)) != len(used) or not taken.isdisjoint(used):
        return False
    # An optional body whose members are required could not be left out any more.
    return forced or required or not any(item.required for item in fields)
