"""Operations of the document become `ir.Operation`s."""

from __future__ import annotations

from .. import names
from ..config import Config, OperationConfig
from ..ir import Operation, ParameterLocation, Response, SecurityRequirement
from ..mediatypes import preferred, success_responses
from ..typeops import object_schema
from .content import read_request, text_of
from .extensions import noted_pagination, read_idempotency, read_rate_limit, read_retry
from .naming import Hint
from .opnames import Listed
from .parameters import path_words, read_parameters
from .responses import read_responses
from .schemas import Schemas
from .security import read_security, read_servers


def build_operation(
    schemas: Schemas,
    config: Config,
    listed: Listed,
    root_security: tuple[SecurityRequirement, ...],
    known: frozenset[str],
) -> Operation:
    """One operation with everything in it. `root_security` applies where it says nothing of its own."""
    node, item = listed.node, listed.item
    owner = f"{listed.method} {listed.path}"
    schemas.notes.owner = owner
    given = config.operations.get(listed.operation_id, OperationConfig())
    hint = Hint(name=names.class_name(listed.operation_id), key=f"{listed.operation_id if listed.named else owner}")
    path_hint = Hint(name=names.class_name(" ".join(path_words(listed.path))), key=listed.path)
    parameters = read_parameters(
        schemas, listed.path, item.child("parameters"), node.child("parameters"), hint, path_hint, given.arguments
    )
    query = {item.api_name for item in parameters if item.location_in is ParameterLocation.QUERY}
    body = read_request(schemas, node.child("requestBody"), hint)
    responses = read_responses(schemas, node.child("responses"), hint, listed.method)
    security = read_security(schemas, node.child("security"), known)
    tags = node.map.get("tags")
    docs = node.child("externalDocs").text("url")
    source = schemas.sources.of(node, *item.parts)
    if docs is None and source is not None and (source.page or "").startswith(("https://", "http://")):
        docs = source.page
    operation = Operation(
        operation_id=listed.operation_id,
        named=listed.named,
        method=listed.method,
        path=listed.path,
        resource=listed.resource,
        name=listed.name,
        summary=node.text("summary"),
        description=text_of(schemas.documents, node, "description"),
        deprecated=node.map.get("deprecated") is True,
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        parameters=parameters,
        body=body if body is not None and body.content else None,
        responses=responses,
        security=root_security if security is None else security,
        servers=read_servers(node.child("servers"), config) or read_servers(item.child("servers"), config),
        retry=read_retry(node, listed.method),
        idempotency=read_idempotency(node),
        rate_limit=read_rate_limit(node),
        pagination=noted_pagination(node, schemas.notes, query),
        source=source,
        docs_url=docs,
        location=node.location,
    )
    schemas.notes.owner = ""
    return operation


def unwrap_member(schemas: Schemas, config: Config, operation: Operation) -> str | None:
    """The member of the success body that is the value: configured, and only where a success schema has it."""
    given = config.operations.get(operation.operation_id, OperationConfig()).unwrap
    member = config.unwrap if given is None else given
    if not member:
        return None
    return member if any(_has_member(schemas, response, member) for response in success_responses(operation)) else None


def _has_member(schemas: Schemas, response: Response, member: str) -> bool:
    media = preferred(response.content)
    schema = object_schema(media.type, schemas.built) if media is not None and media.type is not None else None
    return schema is not None and any(prop.api_name == member for prop in schema.properties)
