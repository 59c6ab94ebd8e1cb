"""Module-level `Operation` constants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .. import ir, names
from ..annotations import Annotation, Annotator
from ..imports import Import, runtime
from ..literals import Source, call, later, literal, mapping, name, tuple_of
from ..mediatypes import essence, is_form, is_json, is_lines
from ..methods import Method
from ..results import answer_type

_RETRY = {
    ir.RetryClass.SAFE: "Retry.SAFE",
    ir.RetryClass.IDEMPOTENT: "Retry.IDEMPOTENT",
    ir.RetryClass.UNSAFE: "Retry.UNSAFE",
    ir.RetryClass.TARGET_STATE: "Retry.TARGET_STATE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationView:
    """`NAME: Operation[annotation] = Operation(entry, …)`; `kind` is `PagedOperation` for a list that comes in pages."""

    name: Source
    kind: Source
    annotation: Source
    entries: tuple[Source, ...]
    imports: frozenset[Import]


def constant_names(methods: Iterable[Method]) -> dict[str, str]:
    """The constant of each operation of one resource, by operationId."""
    wanted = {method.operation.operation_id: method.name for method in methods}
    constants = names.unique_names(wanted.values(), names.constant_name)
    return {operation_id: constants[method] for operation_id, method in wanted.items()}


def return_annotation(method: Method, annotator: Annotator) -> Annotation:
    """What a method returns: `None` where no success has a body."""
    return annotator.annotate(method.returns if method.returns is not None else ir.NULL)


def view_operation(method: Method, constant: str, annotator: Annotator) -> OperationView:
    entries = _Entries(annotator)
    fields = dict(entries.of(method))
    types = [return_annotation(method, annotator)]
    if method.pages is not None:
        types.append(annotator.annotate(method.pages))
    kind = "Operation" if method.pages is None else "PagedOperation"
    return OperationView(
        name=name(constant),
        kind=name(kind),
        annotation=Source(", ".join(item.text for item in types)),
        entries=tuple(Source(f"{key}={value}") for key, value in fields.items()),
        imports=runtime(kind).union(entries.imports, *(item.imports for item in types)),
    )


class _Entries:
    """Keyword arguments of one `Operation(...)`; collects the imports that they need. Defaults are left out."""

    def __init__(self, annotator: Annotator) -> None:
        self.annotator = annotator
        self.imports: set[Import] = set()

    def of(self, method: Method) -> Iterator[tuple[str, Source]]:
        operation = method.operation
        yield "id", literal(operation.operation_id)
        yield "method", literal(operation.method)
        yield "path", literal(operation.path)
        if operation.parameters:
            yield "parameters", tuple_of(self._parameter(parameter) for parameter in operation.parameters)
        if method.body is not None:
            yield "body", self._body(method.body.media, method.body.type, required=method.body.required)
        if operation.responses:
            yield "responses", mapping(
                (literal(response.status), tuple_of(self._content(media) for media in response.content))
                for response in operation.responses
            )
        if operation.unwrap:
            yield "unwrap", literal(operation.unwrap)
        if operation.security:
            yield "security", literal(tuple(tuple(scheme for scheme, _ in item.schemes) for item in operation.security))
        if operation.servers:
            yield "servers", tuple_of(self.server(server) for server in operation.servers)
        self.imports |= runtime("Retry")
        yield "retry", name(_RETRY[operation.retry])
        yield from self._facts(operation)

    def _facts(self, operation: ir.Operation) -> Iterator[tuple[str, Source]]:
        """What the document declares beside OpenAPI's own words."""
        if operation.idempotency is not None:
            yield "idempotency", self._call("Idempotency", literal(operation.idempotency.header))
        if operation.rate_limit is not None:
            limit = operation.rate_limit
            yield "rate_limit", self._call(
                "RateLimit", calls=literal(limit.calls), per=literal(limit.per_seconds), scope=literal(limit.scope)
            )
        if operation.pagination is not None:
            yield "pagination", self._pagination(operation.pagination, operation.parameters)
        if operation.secrets:
            yield "secrets", literal(operation.secrets)

    def _call(self, function: str, /, *arguments: Source, **keywords: Source) -> Source:
        self.imports |= runtime(function)
        return call(function, *arguments, **keywords)

    def _parameter(self, parameter: ir.Parameter) -> Source:
        options: dict[str, Source] = {}
        if parameter.required:
            options["required"] = literal(True)
        for key in ("style", "explode", "content"):
            value = getattr(parameter, key)
            if value is not None:
                options[key] = literal(value)
        if parameter.allow_reserved:
            options["allow_reserved"] = literal(True)
        place = literal(parameter.location_in.value)
        return self._call("Parameter", literal(parameter.name), literal(parameter.api_name), place, **options)

    def _body(self, media: ir.MediaType, type_: ir.Type, *, required: bool) -> Source:
        options: dict[str, Source] = {}
        if not required:
            options["required"] = literal(False)
        if media.parts:
            options["parts"] = tuple_of(self._part(part) for part in media.parts)
        arguments = [literal(media.media_type)]
        is_typed = is_json(media.media_type) or is_form(media.media_type)
        if is_typed and type_ != ir.Scalar(kind=ir.ScalarKind.BINARY):
            arguments.append(self.thunk(type_))
        return self._call("Body", *arguments, **options)

    def _part(self, part: ir.Part) -> Source:
        options: dict[str, Source] = {}
        if part.content_types:
            options["content_types"] = literal(part.content_types)
        for key in ("max_bytes", "style", "explode"):
            value = getattr(part, key)
            if value is not None:
                options[key] = literal(value)
        for key in ("file", "allow_reserved"):
            if getattr(part, key):
                options[key] = literal(True)
        return self._call("Part", literal(part.api_name), **options)

    def _content(self, media: ir.MediaType) -> Source:
        arguments = [literal(media.media_type)]
        type_ = media.item_type or media.type
        if is_json(media.media_type):
            arguments.append(self.thunk(media.type if media.type is not None else ir.ANY))
        elif type_ is not None and _is_sequence(media.media_type):
            arguments.append(self.thunk(type_))
        elif isinstance(answer_type(media), ir.Union):
            arguments.append(self.thunk(ir.Scalar(kind=ir.ScalarKind.STRING)))
        return self._call("Content", *arguments)

    def thunk(self, type_: ir.Type) -> Source:
        annotation = self.annotator.evaluated(type_)
        self.imports |= annotation.imports
        return later(annotation.text)

    def server(self, server: ir.Server) -> Source:
        return server_source(server, self.imports)

    def _pagination(self, pagination: ir.Pagination, parameters: Iterable[ir.Parameter]) -> Source:
        python = {parameter.api_name: parameter.name for parameter in parameters}
        options = {"style": literal(pagination.style), "items": literal(pagination.items)}
        for key in ("page", "size"):
            wire = getattr(pagination, key)
            if wire in python:
                options[key] = literal(python[wire])
        for key in ("size_max", "next", "has_more", "page_size"):
            value = getattr(pagination, key)
            if value is not None:
                options[key] = literal(value)
        if pagination.start != 1:
            options["start"] = literal(pagination.start)
        return self._call("Pagination", **options)


def server_source(server: ir.Server, imports: set[Import]) -> Source:
    """`Server("https://…", (ServerVariable(…),))`."""
    imports |= runtime("Server")
    if not server.variables:
        return call("Server", literal(server.url))
    imports |= runtime("ServerVariable")
    return call("Server", literal(server.url), tuple_of(_server_variable(variable) for variable in server.variables))


def _server_variable(variable: ir.ServerVariable) -> Source:
    options: dict[str, Source] = {"enum": literal(variable.enum)} if variable.enum else {}
    if variable.name != variable.api_name:
        options["argument"] = literal(variable.name)
    default = [literal(variable.default)] if variable.default is not None else []
    return call("ServerVariable", literal(variable.api_name), *default, **options)


def _is_sequence(media_type: str) -> bool:
    return is_lines(media_type) or essence(media_type) == "text/event-stream"
