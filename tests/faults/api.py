"""The API that the faults are played on: one operation of every kind, as generated code would print it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from credkit.runtime.api import Api, ApiKey, OAuth2
from credkit.runtime.models import Model, Omittable, OtherStr, Secret
from credkit.runtime.operation import Body, Content, Idempotency, Operation, Pagination, Parameter, Retry

from .canary import OFFER_URI, PERSON_EMAIL
from .faults import Kind


class Credential(Model):
    """One credential with the offer that lets a holder fetch it."""

    model_config = ConfigDict(alias_generator=to_camel)

    id: str
    status: Literal["issued", "revoked"] | OtherStr
    email: Annotated[Omittable[str], Secret] = None
    offer_uri: Annotated[Omittable[str], Secret] = None


class CredentialPage(Model):
    items: list[Credential]
    next: Omittable[str] = None


class Problem(Model):
    code: str
    message: str


API = Api(
    name="faulty",
    title="Faulty credentials API",
    schemes={
        "apiKey": ApiKey("X-Api-Key", "header"),
        "queryKey": ApiKey("key", "query"),
        "oauth": OAuth2("/token", "client_credentials"),
    },
)

_SECRETS = ("/email", "/offerUri", "/message")
_ANY_KEY = (("apiKey",), ("oauth",), ("queryKey",))
_ONE = (Content("application/json", lambda: Credential),)
_PROBLEM = (Content("application/json", lambda: Problem),)
_BODY = Body("application/json", lambda: dict[str, Any])
_ID = Parameter("id", "id", "path", required=True)
_EMAIL = Parameter("email", "email", "query")

READ: Operation[Credential] = Operation(
    id="getCredential",
    method="GET",
    path="/credentials/{id}",
    parameters=(_ID, _EMAIL),
    responses={"200": _ONE, "4XX": _PROBLEM},
    security=_ANY_KEY,
    retry=Retry.SAFE,
    secrets=_SECRETS,
)

ISSUE_WITH_KEY: Operation[Credential] = Operation(
    id="issueOnce",
    method="POST",
    path="/once/credentials",
    body=_BODY,
    responses={"200": _ONE, "4XX": _PROBLEM},
    security=_ANY_KEY,
    retry=Retry.UNSAFE,
    idempotency=Idempotency("Idempotency-Key"),
    secrets=_SECRETS,
)

ISSUE: Operation[Credential] = Operation(
    id="issueCredential",
    method="POST",
    path="/credentials",
    body=_BODY,
    responses={"200": _ONE, "4XX": _PROBLEM},
    security=_ANY_KEY,
    retry=Retry.UNSAFE,
    secrets=_SECRETS,
)

REVOKE: Operation[Credential | None] = Operation(
    id="revokeCredential",
    method="DELETE",
    path="/credentials/{id}",
    parameters=(_ID, _EMAIL),
    responses={"200": _ONE, "204": (), "4XX": _PROBLEM},
    security=_ANY_KEY,
    retry=Retry.TARGET_STATE,
    secrets=_SECRETS,
)

LIST: Operation[CredentialPage] = Operation(
    id="listCredentials",
    method="GET",
    path="/credentials",
    parameters=(Parameter("cursor", "cursor", "query"), _EMAIL),
    responses={"200": (Content("application/json", lambda: CredentialPage),)},
    security=_ANY_KEY,
    retry=Retry.SAFE,
    pagination=Pagination(style="cursor", items="/items", page="cursor", next="/next"),
    secrets=("/items/*/offerUri", "/items/*/email"),
)

OPERATIONS: dict[Kind, Operation[Any]] = {
    Kind.READ: READ,
    Kind.IDEMPOTENT: ISSUE_WITH_KEY,
    Kind.UNSAFE: ISSUE,
    Kind.TARGET_STATE: REVOKE,
}

RECIPIENT = {"email": PERSON_EMAIL, "offerUri": OFFER_URI, "name": "Canary Person"}


def arguments(kind: Kind) -> dict[str, Any]:
    """Keyword arguments of `_call`: the canaries stand in query, path and body."""
    if kind in {Kind.IDEMPOTENT, Kind.UNSAFE}:
        return {"arguments": {}, "body": RECIPIENT}
    return {"arguments": {"id": "cred_1", "email": PERSON_EMAIL}}


DOWNLOAD: Operation[bytes] = Operation(
    id="downloadCredential",
    method="GET",
    path="/credentials/{id}/file",
    parameters=(_ID, _EMAIL),
    responses={"200": (Content("application/octet-stream"), Content("application/json"))},
    security=_ANY_KEY,
    retry=Retry.SAFE,
    secrets=_SECRETS,
)
