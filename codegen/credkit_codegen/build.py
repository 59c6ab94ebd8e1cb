"""Build: a resolved, normalised document becomes the generator's `ir.Api`, with every name decided and every operation kept."""

from __future__ import annotations

from . import ir
from .builder.content import text_of
from .builder.directions import split_directions
from .builder.extensions import read_signature
from .builder.finish import (
    finish_operation,
    secret_schemas,
    settle_discriminators,
    settle_fields,
)
from .builder.formats import distrust_formats
from .builder.notes import Notes
from .builder.operations import build_operation, unwrap_member
from .builder.opnames import Listed, build_resources, list_operations, name_operations
from .builder.schemas import Schemas
from .builder.security import read_schemes, read_security, read_servers, settle_variables
from .builder.shown import keep_fitting
from .builder.variants import with_variants
from .builder.webhooks import build_webhooks
from .config import Config
from .diagnostics import Diagnostic, Severity, SpecError
from .ir import Api, Location, Operation
from .nameslock import NamesLock
from .references import operation_types, reaching, reference_graph, references
from .resolve import Documents, Node, UnresolvedRef, walk
from .unmatched import find_unmatched

__all__ = ["build_api"]


def build_api(documents: Documents, config: Config, names_lock: NamesLock | None = None) -> Api:
    """Build the whole API.

    `documents` must have been resolved and normalised. `names_lock` keeps names that inline schemas got before; the new
    entries are in `Api.names_lock`.

    Raises:
        SpecError: a path item refers to nothing, so that its operations cannot be known; or the configuration names
            something that the document does not have.
    """
    notes = Notes()
    try:
        listed = name_operations(list_operations(documents), config)
    except UnresolvedRef as error:
        raise SpecError(_path_item_fault(documents, error)) from None
    schemas = Schemas.of(documents, config, names_lock or NamesLock(), notes)
    schemas.build_components()
    schemes = read_schemes(schemas, config)
    known = frozenset(scheme.api_name for scheme in schemes)
    top = documents.top
    root_security = read_security(schemas, top.child("security"), known) or ()
    operations = [build_operation(schemas, config, item, root_security, known) for item in listed]
    notes.owner = ""
    webhooks = build_webhooks(schemas, listed)
    schemas.drain()
    used = [type_ for operation in operations for type_ in operation_types(operation)]
    used.extend(webhook.type for webhook in webhooks if webhook.type is not None)
    settle_discriminators(schemas.built, used)
    distrust_formats(schemas.built, operations, webhooks)
    operations, inputs = split_directions(schemas.built, operations, webhooks, schemas.namer.input_name)
    notes.share(inputs)
    settle_fields(schemas.built)
    servers, operations = settle_variables(read_servers(top.child("servers"), config), operations, schemes, config)
    finished = _finish(schemas, config, operations, listed)
    info = top.child("info")
    api = Api(
        title=info.text("title") or config.package.client,
        version=_version(documents),
        summary=info.text("summary"),
        description=text_of(documents, info, "description"),
        docs_url=top.child("externalDocs").text("url"),
        servers=servers,
        schemes=schemes,
        resources=build_resources(listed, documents, config),
        operations=with_variants(finished),
        webhooks=webhooks,
        webhook_signature=read_signature(top),
        webhook_id_header=top.text("x-webhook-id-header"),
        schemas=_ordered(schemas.built),
        files=tuple(sorted(documents.relative(item.path) for item in documents.files)),
        degraded=tuple(notes.found),
        names_lock=tuple(sorted(schemas.namer.given.items())),
    )
    if unmatched := find_unmatched(api, config, top.child("components").child("schemas").map):
        raise SpecError(unmatched)
    return api


def _finish(
    schemas: Schemas, config: Config, operations: list[Operation], listed: list[Listed]
) -> tuple[Operation, ...]:
    notes, built = schemas.notes, schemas.built
    graph = reference_graph(built)
    limits, holders = _byte_limits(schemas.documents), secret_schemas(built, graph)
    reached = reaching({name for name in notes.by_owner if name in built}, graph)
    found = []
    for operation in operations:
        own = notes.take(f"{operation.method} {operation.path}")
        used = references(operation_types(operation))
        lost = {name for item in used for name in reached.get(item, ())}
        inherited = [reason for name in built if name in lost for reason in notes.take(name)] if lost else []
        degraded = tuple(dict.fromkeys((*own, *inherited)))
        unwrap = unwrap_member(schemas, config, operation)
        finished = finish_operation(operation, built, limits, unwrap, degraded, holders)
        found.append(keep_fitting(finished, built, notes))
    if len(found) != len(listed):
        raise AssertionError("an operation was lost while building")
    return tuple(found)


def _byte_limits(documents: Documents) -> dict[Location, int]:
    """`x-max-bytes` by the place of the property that carries it."""
    found: dict[Location, int] = {}
    for document in documents.files:
        if not document.mentions("x-max-bytes"):
            continue
        for node in walk(Node(document, "", document.data)):
            limit = node.map.get("x-max-bytes")
            if isinstance(limit, int) and not isinstance(limit, bool):
                found[node.location] = limit
    return found


def _ordered(built: dict[str, ir.Schema]) -> tuple[ir.Schema, ...]:
    return tuple(built[name] for name in sorted(built))


def _version(documents: Documents) -> str:
    """`info.version` as it was written (`1.10` is not 1.1)."""
    value = documents.top.child("info").map.get("version")
    if isinstance(value, str):
        return value
    place = documents.root.places(["/info/version"])["/info/version"]
    return place.source or "0"


def _path_item_fault(documents: Documents, error: UnresolvedRef) -> list[Diagnostic]:
    known = [item for item in documents.findings if item.message == str(error)]
    return known or [
        Diagnostic(
            rule=error.rule, severity=Severity.ERROR, message=str(error), help=error.help, file=documents.root.file
        )
    ]
