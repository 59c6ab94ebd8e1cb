"""What each operation becomes in Python: the method's path, its arguments in order, how its body is given, what it returns.

Pure and decided once; `inspect` prints it and the views draw signatures from it. Names of parameters, resources and
methods come from `Api`; this module adds those that only exist together (body argument, members of a spread body).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from . import ir, names
from .config import BodyMode, Config, OperationConfig
from .ir import ANY, NULL, Api, MediaType, Named, ObjectSchema, Operation, Parameter, Property, Scalar, ScalarKind, Type


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


class ResponseKind(StrEnum):
    """What a successful answer carries; `EVENTS` are server-sent events, `LINES` JSON Lines and the like."""

    NONE = "none"
    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"
    EVENTS = "events"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One operation as Python. `python` is `resource.name`.

    `success` is the type of the whole success body (None: it never has one), `returns` the same after `unwrap`.
    `pages` is the type of one item where the operation is paged; then `pages_name` is the method that iterates.
    `item` is the type of one event or line where the answer can be streamed; then `stream_name` is the method for it.
    """

    operation: Operation
    resource: str
    name: str
    python: str
    arguments: tuple[Argument, ...]
    body: MethodBody | None
    kind: ResponseKind
    success: Type | None
    returns: Type | None
    pages: Type | None = None
    pages_name: str | None = None
    item: Type | None = None
    stream_name: str | None = None
    degraded: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the document's order; `Parameter.name` is the argument's name."""
        return self.operation.parameters


def build_methods(api: Api, config: Config) -> tuple[Method, ...]:
    """One method for each operation of `api`, in the document's order."""
    schemas = {schema.name: schema for schema in api.schemas}
    taken: dict[str, set[str]] = {}
    for operation in api.operations:
        taken.setdefault(operation.resource, set()).add(operation.name)
    return tuple(_method(operation, config, schemas, taken[operation.resource]) for operation in api.operations)


def _method(operation: Operation, config: Config, schemas: Mapping[str, ir.Schema], taken: set[str]) -> Method:
    given = config.operations.get(operation.operation_id, OperationConfig())
    body = _body(operation, given, schemas)
    kind, success, item = _success(operation)
    pages = _item_type(operation, success, schemas)
    streamed = kind in (ResponseKind.BYTES, ResponseKind.EVENTS, ResponseKind.LINES)
    return Method(
        operation=operation,
        resource=operation.resource,
        name=operation.name,
        python=f"{operation.resource}.{operation.name}",
        arguments=_arguments(operation, body),
        body=body,
        kind=kind,
        success=success,
        returns=_unwrapped(success, operation.unwrap, schemas),
        pages=pages,
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
        type=parameter.type,
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

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def essence(media_type: str) -> str:
    """The media type without parameters, in lower case: `Application/JSON; charset=utf-8` -> `application/json`."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether the body is one JSON value."""
    kind = essence(media_type)
    return kind == "application/json" or kind.endswith("+json") or kind == "text/json"


def is_lines(media_type: str) -> bool:
    """Whether the body is a sequence of JSON values."""
    return essence(media_type) in (
        "application/jsonl",
        "application/x-ndjson",
        "application/ndjson",
        "application/json-seq",
    )


def preferred(content: Iterable[MediaType]) -> MediaType | None:
    """The media type that a method uses: JSON before forms before anything else; the document's order decides ties."""
    return min(content, key=lambda media: _preference(media.media_type), default=None)


def _preference(media_type: str) -> int:
    kind = essence(media_type)
    if kind == "application/json":
        return 0
    if is_json(media_type):
        return 1
    return 2 + FORMS.index(kind) if kind in FORMS else len(FORMS) + 2


def body_type(media: MediaType) -> Type:
    """The type of a whole body of this media type: by its schema, else by what the media type says."""
    kind = essence(media.media_type)
    if media.type is not None and (is_json(kind) or kind in FORMS or kind.startswith("multipart/")):
        return media.type
    if is_json(kind) or is_lines(kind) or kind in FORMS:
        return ANY
    if kind.startswith("text/"):
        return Scalar(kind=ScalarKind.STRING)
    return Scalar(kind=ScalarKind.BINARY)


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
    return tuple(
        BodyField(
            name=given.arguments.get(prop.api_name, prop.name),
            api_name=prop.api_name,
            required=prop.required,
            file=prop.api_name in files,
            property=prop,
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


def object_schema(type_: Type, schemas: Mapping[str, ir.Schema]) -> ObjectSchema | None:
    """The object that a type names, through aliases; None for anything else."""
    seen: set[str] = set()
    while isinstance(type_, Named) and type_.name not in seen:
        seen.add(type_.name)
        schema = schemas[type_.name]
        if isinstance(schema, ObjectSchema):
            return schema
        type_ = schema.type
    return None


# --- results -------------------------------------------------------------------------------------------------------


def success_responses(operation: Operation) -> tuple[ir.Response, ...]:
    """The 2xx responses in order of status; `default` where there is none."""
    found = [item for item in operation.responses if item.status[:1] == "2"]
    if not found and not any(item.status[:1] in "13" for item in operation.responses if item.status != "default"):
        found = [item for item in operation.responses if item.status == "default"]
    return tuple(sorted(found, key=lambda item: item.status))


def _success(operation: Operation) -> tuple[ResponseKind, Type | None, Type | None]:
    """Kind, type of the whole body, and type of one streamed item."""
    types: list[Type] = []
    empty = False
    kind, item = ResponseKind.NONE, None
    for response in success_responses(operation):
        media = preferred(response.content)
        if media is None:
            empty = True
            continue
        found = _response_kind(media.media_type)
        if kind is ResponseKind.NONE:
            kind = found
            item = media.item_type or (media.type if found in (ResponseKind.EVENTS, ResponseKind.LINES) else None)
        type_ = body_type(media)
        if type_ not in types:
            types.append(type_)
    if not types:
        return ResponseKind.NONE, None, None
    return kind, union_of([*types, NULL] if empty else types), item


def _response_kind(media_type: str) -> ResponseKind:
    kind = essence(media_type)
    if is_json(kind):
        return ResponseKind.JSON
    if kind == "text/event-stream":
        return ResponseKind.EVENTS
    if is_lines(kind):
        return ResponseKind.LINES
    return ResponseKind.TEXT if kind.startswith("text/") else ResponseKind.BYTES


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


def _unwrapped(success: Type | None, member: str | None, schemas: Mapping[str, ir.Schema]) -> Type | None:
    """The type of the member `member` in every variant that has it."""
    if success is None or not member:
        return success
    variants = success.variants if isinstance(success, ir.Union) and success.discriminator is None else (success,)
    return union_of(_member_type(variant, member, schemas) or variant for variant in variants)


def _member_type(type_: Type, member: str, schemas: Mapping[str, ir.Schema]) -> Type | None:
    schema = object_schema(type_, schemas)
    for prop in schema.properties if schema else ():
        if prop.api_name == member:
            return prop.type if prop.required else union_of([prop.type, NULL])
    return None


def _item_type(operation: Operation, success: Type | None, schemas: Mapping[str, ir.Schema]) -> Type | None:
    """The type of one item of a paged list: what `x-pagination: items` points at; ANY when the body does not say."""
    if operation.pagination is None or success is None:
        return None
    type_: Type | None = success
    for token in operation.pagination.items.split("/")[1:]:
        type_ = _member_type(type_, token.replace("~1", "/").replace("~0", "~"), schemas) if type_ is not None else None
        if isinstance(type_, ir.Union):
            others = [variant for variant in type_.variants if variant != NULL]
            type_ = others[0] if len(others) == 1 else None
    seen: set[str] = set()
    while isinstance(type_, Named) and type_.name not in seen:
        seen.add(type_.name)
        schema = schemas[type_.name]
        type_ = schema.type if isinstance(schema, ir.AliasSchema) else None
    return type_.items if isinstance(type_, ir.Array) else ANY
