"""What DIDX keeps, who may reach it, and how its events and lists look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, urlsplit

from credkit_didx import models, tokens
from credkit_didx.client import API

from ...runtime.models import Model
from ..answers import Answer, Key, Problem, Refusal
from ..call import Call
from ..outbox import is_loopback
from ..paging import numbered, page_link, whole_number
from ..simulator import Simulator, default_base, on
from . import didx_records as records

T = TypeVar("T")

_HOST = "test.didxtech.com"

ORGANISATION = records.ORGANISATION
PAGE_SIZE = 20
"""Length of a piece of a list; the vendor names none."""


@dataclass(frozen=True, slots=True)
class KeptIssuance:
    """An issuance, with what its answer does not show."""

    owner: str
    issuance: models.Issuance
    template_id: str
    attributes: dict[str, Any] = field(repr=False)
    expires: datetime
    recipient: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class KeptPresentation:
    owner: str
    presentation: models.Presentation


@dataclass(frozen=True, slots=True)
class Account:
    """A holder."""

    email: str | None = field(repr=False)
    username: str | None = field(repr=False)
    external: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    key: str
    expires: datetime


@dataclass(slots=True)
class DidxState:
    """Records never change; `waiting` says when open offers and requests expire."""

    templates: dict[str, tuple[str, models.CredentialTemplate]] = field(default_factory=dict)
    issuances: dict[str, KeptIssuance] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    endpoints: dict[str, tuple[str, models.WebhookEndpoint]] = field(default_factory=dict)
    presentation_templates: dict[str, tuple[str, models.PresentationTemplate]] = field(default_factory=dict)
    presentations: dict[str, KeptPresentation] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict, repr=False)
    waiting: dict[str, datetime] = field(default_factory=dict)
    ends_next: datetime | None = None
    """Nothing that waits ends before: a look that spares most calls the walk through all of it."""

    def wait(self, id_: str, until: datetime) -> None:
        self.waiting[id_] = until
        self.ends_next = until if self.ends_next is None else min(until, self.ends_next)

    def ended(self, now: datetime) -> list[str]:
        """What has waited until now, or longer."""
        if self.ends_next is None or now < self.ends_next:
            return []
        self.ends_next = min((until for until in self.waiting.values() if until > now), default=None)
        return [id_ for id_, until in self.waiting.items() if until <= now]


class DidxBase(Simulator[DidxState]):
    """What the parts of the DIDX simulator share."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = "DIDX"
    api = API
    base: ClassVar[str] = default_base(API)
    keys: ClassVar[tuple[Key, ...]] = (
        Key("token", "didx_token_sandbox", ORGANISATION),
        Key("client", "sandbox", ORGANISATION, secret="sandbox-secret"),  # noqa: S106
        Key("another organisation", "other", "another organisation", secret="other-secret"),  # noqa: S106
    )

    def new_state(self) -> DidxState:
        state = DidxState()
        state.templates[records.TEMPLATE.id] = (ORGANISATION, records.TEMPLATE)
        state.presentation_templates[records.PRESENTATION_TEMPLATE.id] = (ORGANISATION, records.PRESENTATION_TEMPLATE)
        kept = KeptIssuance(
            ORGANISATION, records.ISSUANCE, records.TEMPLATE.id, records.ATTRIBUTES, self.now() + timedelta(days=30)
        )
        state.issuances[records.ISSUANCE.id] = kept
        state.wait(records.ISSUANCE.id, kept.expires)
        return state

    @property
    def columns(self) -> dict[str, bool]:
        attributes = records.TEMPLATE.attributes or {}
        return {f"claims.{name}": bool(one.required) for name, one in attributes.items()}

    # --- tokens --------------------------------------------------------------------------------------------------

    @on(tokens.CREATE)
    def create_token(self, call: Call) -> Answer:
        form = call.form
        if form["grant_type"] != "client_credentials":
            raise Refusal(400, "unsupported_grant_type", "Unsupported grant_type")
        client = next((key for key in self.keys if key.secret and key.value == form["client_id"]), None)
        if client is None or client.secret != form["client_secret"]:
            raise Refusal(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        now, known = self.now(), self.state.tokens
        self.state.tokens = {value: token for value, token in known.items() if token.expires > now}
        token = f"sandbox.{self.ids.letters(40)}"
        self.state.tokens[token] = Token(client.name, now + timedelta(seconds=records.TOKEN_SECONDS))
        body = models.AccessToken(
            access_token=token,
            expires_in=records.TOKEN_SECONDS,
            refresh_expires_in=0,
            token_type="Bearer",  # noqa: S106
            not_before_policy=0,
            scope="email profile",
        )
        return Answer(200, body)

    def find_key(self, scheme: str, presented: str) -> Key | None:
        if presented == self.key:
            return self.keys[0]
        token = self.state.tokens.get(presented)
        if token is None or token.expires <= self.now():
            return None
        return next(key for key in self.keys if key.name == token.key)

    # --- errors --------------------------------------------------------------------------------------------------

    def error_body(self, refusal: Refusal) -> object:
        if refusal.code in ("unauthorized_client", "unsupported_grant_type"):
            return {"error": refusal.code, "error_description": refusal.message}
        items = [_item(refusal, refusal.message, refusal.pointer)]
        if refusal.problems:
            items = [_item(refusal, f"{one.where}: {one.reason}", one.pointer or None) for one in refusal.problems]
        return models.ErrorResponse(errors=items)

    def improper(self, problems: list[Problem]) -> Refusal:
        return Refusal(400, "VALIDATION_ERROR", "The request is not acceptable", problems=tuple(problems))

    def unauthorised(self, missing: bool) -> Refusal:
        return Refusal(401, "UNAUTHORIZED", "Access token is missing or expired")

    def forbidden(self) -> Refusal:
        return Refusal(401, "UNAUTHORIZED", "Access token is not valid for this organisation")

    # --- events and lists ----------------------------------------------------------------------------------------

    def event(self, owner: str, kind: str, about: str, payload: Model) -> None:
        """Send an event to the endpoints that want it."""
        for of, endpoint in self.state.endpoints.values():
            wanted = endpoint.filter_types
            if of == owner and (wanted is None or kind in wanted):
                headers = (("webhook-id", f"msg_{self.ids.letters(24)}"),)
                self.webhook(endpoint.url, kind, about, {"eventType": kind, "payload": payload}, headers=headers)

    def piece(self, call: Call, items: Sequence[T]) -> tuple[list[T], models.Links]:
        """A piece of a list, and the links around it."""
        page = numbered(items, whole_number(call.query("page[number]"), 1, 1), PAGE_SIZE)
        links = {"self": page.page, "first": 1, "last": max(1, page.pages)}
        if page.page > 1:
            links["prev"] = page.page - 1
        if page.page < page.pages:
            links["next"] = page.page + 1
        return page.items, models.Links(
            **{name: page_link(call, "page[number]", number, _HOST) for name, number in links.items()}
        )


def not_found(what: str) -> Refusal:
    return Refusal(404, None, f"{what} does not exist or was archived")


def invalid(message: str, pointer: str | None = None) -> Refusal:
    return Refusal(400, "VALIDATION_ERROR", message, pointer=pointer)


def check_address(url: str) -> None:
    """Refuse addresses for webhooks that are not HTTPS; those on this machine may be plain."""
    parts = urlsplit(url)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))):
        raise invalid("url must be an HTTPS address", "/url")


def offer_uris(kind: str, code: str) -> tuple[str, str]:
    """An invitation as text to pass on, and as what a QR code holds."""
    uri = f"https://didx.co.za/invitation?{kind}={quote(f'https://didx.co.za/{kind}/{code}', safe='')}"
    return uri, f"{uri}&qr=true"


def _item(refusal: Refusal, detail: str, pointer: str | None) -> models.ErrorItem:
    members: dict[str, Any] = {"status": str(refusal.status), "detail": detail}
    if refusal.code is not None:
        members["code"] = refusal.code
    if pointer is not None:
        members["source"] = models.ErrorSource(pointer=pointer)
    titles = {400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 409: "Conflict"}
    return models.ErrorItem(**members, title=titles.get(refusal.status, "Error"))
