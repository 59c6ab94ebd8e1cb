"""A small API put together by hand: what the back of the generator sees when a document was read."""

from __future__ import annotations

from typing import Any

from credkit_codegen import ir
from credkit_codegen.config import Config, PackageConfig

HERE = ir.Location(file="api.yaml", pointer="")
STRING = ir.Scalar(kind=ir.ScalarKind.STRING)


def scalar(kind: str) -> ir.Scalar:
    return ir.Scalar(kind=ir.ScalarKind(kind))


def make_property(name: str, type_: ir.Type = STRING, *, api_name: str | None = None, **options: Any) -> ir.Property:
    options.setdefault("required", True)
    return ir.Property(name=name, api_name=api_name or name, type=type_, location=HERE, **options)


def make_object(name: str, *properties: ir.Property, **options: Any) -> ir.ObjectSchema:
    return ir.ObjectSchema(name=name, api_name=name, properties=properties, location=HERE, **options)


def make_alias(name: str, type_: ir.Type, **options: Any) -> ir.AliasSchema:
    return ir.AliasSchema(name=name, api_name=name, type=type_, location=HERE, **options)


def make_parameter(name: str, where: str, *, api_name: str | None = None, **options: Any) -> ir.Parameter:
    options.setdefault("type", STRING)
    options.setdefault("required", where == "path")
    place = ir.ParameterLocation(where)
    return ir.Parameter(name=name, api_name=api_name or name, location_in=place, location=HERE, **options)


def make_media(type_: ir.Type | None, media_type: str = "application/json", **options: Any) -> ir.MediaType:
    return ir.MediaType(media_type=media_type, type=type_, location=HERE, **options)


def make_response(status: str, *content: ir.MediaType, **options: Any) -> ir.Response:
    options.setdefault("description", None)
    return ir.Response(status=status, content=content, location=HERE, **options)


def make_operation(operation_id: str, method: str, path: str, **options: Any) -> ir.Operation:
    defaults: dict[str, Any] = {
        "named": True,
        "resource": "credentials",
        "name": operation_id,
        "summary": None,
        "description": None,
        "deprecated": False,
        "tags": (),
        "parameters": (),
        "body": None,
        "responses": (),
        "security": (),
        "retry": ir.RetryClass.SAFE if method == "GET" else ir.RetryClass.UNSAFE,
        "location": HERE,
    }
    return ir.Operation(operation_id=operation_id, method=method, path=path, **defaults | options)


def make_body(media: ir.MediaType, *, required: bool = True) -> ir.RequestBody:
    return ir.RequestBody(required=required, description=None, content=(media,), location=HERE)


def make_api(**options: Any) -> ir.Api:
    defaults: dict[str, Any] = {
        "title": "Record issuance API",
        "version": "1",
        "summary": None,
        "description": None,
        "docs_url": None,
        "servers": (ir.Server(url="https://api.example.com/v1"),),
        "schemes": (),
        "resources": (
            ir.Resource(name="credentials", class_name="Credentials", module="credentials", description="Batches."),
        ),
        "operations": (),
        "webhooks": (),
        "schemas": (),
    }
    return ir.Api(**defaults | options)


def make_record() -> ir.Api:
    """The shape of Record's API: an envelope, a spread body, a typed error, two ways in."""
    mode = make_alias("Mode", ir.Enumeration(values=("live", "test"), base=ir.ScalarKind.STRING))
    recipient = make_object("RecipientInput", make_property("name"), make_property("email", secret=True))
    batch = make_object(
        "CredentialBatch",
        make_property("batch_id", api_name="batchId", description="Unique."),
        make_property("mode", ir.Named(name="Mode")),
        make_property("issued_at", ir.Scalar(kind=ir.ScalarKind.DATE_TIME), api_name="issuedAt"),
        make_property("note", required=False),
        description="A batch.\n\nOf credentials.",
    )
    envelope = make_object(
        "CredentialBatchResponse",
        make_property("success", ir.Scalar(kind=ir.ScalarKind.BOOLEAN)),
        make_property("data", ir.Named(name="CredentialBatch")),
    )
    request = make_object(
        "IssueCredentialsRequest",
        make_property("program_id", api_name="programId", description="The programme to issue under."),
        make_property("recipients", ir.Array(items=ir.Named(name="RecipientInput"))),
        make_property("label", required=False, has_default=True, default="May"),
    )
    error = make_object("Error", make_property("code", required=False))
    missing = make_response(
        "400",
        make_media(ir.Named(name="Error")),
        codes=(ir.ErrorCode(code="MISSING_PROGRAM_ID", description="absent"),),
    )
    found = make_response("200", make_media(ir.Named(name="CredentialBatchResponse")))
    security = (
        ir.SecurityRequirement(schemes=(("bearerAuth", ()),)),
        ir.SecurityRequirement(schemes=(("apiKeyAuth", ()),)),
    )
    issue = make_operation(
        "issueCredentials",
        "POST",
        "/credentials",
        name="issue",
        summary="Issue a credential to every recipient",
        body=make_body(make_media(ir.Named(name="IssueCredentialsRequest"))),
        responses=(found, missing),
        security=security,
        unwrap="data",
        source=ir.Source(page="https://docs.example.com/issue", basis="documented"),
    )
    get = make_operation(
        "getCredentialBatch",
        "GET",
        "/credentials/{batchId}",
        name="get",
        parameters=(make_parameter("batch_id", "path", api_name="batchId"), make_parameter("verbose", "query")),
        responses=(found, make_response("404", description="No such batch.")),
        security=security,
        unwrap="data",
    )
    schemes = (
        ir.SecurityScheme(
            api_name="bearerAuth", kind=ir.SchemeKind.BEARER, arguments=(("bearer", "token"),), location=HERE
        ),
        ir.SecurityScheme(
            api_name="apiKeyAuth",
            kind=ir.SchemeKind.API_KEY,
            arguments=(("api_key", "api_key"),),
            parameter_name="X-Api-Key",
            parameter_in="header",
            location=HERE,
        ),
    )
    return make_api(
        operations=(issue, get), schemas=(mode, recipient, batch, envelope, request, error), schemes=schemes
    )


def make_config(name: str = "credkit_record", client: str = "Record") -> Config:
    return Config(package=PackageConfig(name=name, client=client))
