"""What Beltic keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from credkit_beltic import models
from credkit_beltic.client import API

from ..answers import Key, Problem, Refusal
from ..call import Call
from ..es256 import SigningKey
from ..simulator import Simulator, default_base

ISSUER = "did:web:beltic.com"
ORGANISATION = "org_sandbox"
KID = "sandbox-2026-01"
DEVELOPER = "dev_sandbox"

SCOPES = frozenset(
    {
        "credentials:write",
        "credentials:read",
        "credentials:verify",
        "credentials:revoke",
        "credentials:delete",
        "credentials:evidence:upload",
        "audit:read",
        "audit:write",
        "audit:streams",
    }
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A credential of an organisation in one environment."""

    owner: str
    credential: models.Credential


@dataclass(frozen=True, slots=True)
class Stream:
    """A subscription with the secret that came with it."""

    owner: str
    stream: models.AuditStream
    secret: str = field(repr=False)


@dataclass(slots=True)
class BelticState:
    """Records are the generated models; they are replaced, never changed. `indexes` counts places in the status list."""

    credentials: dict[str, Kept] = field(default_factory=dict)
    events: list[tuple[str, models.AuditEvent]] = field(default_factory=list)
    streams: dict[str, Stream] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)
    revoked: dict[str, set[int]] = field(default_factory=dict)
    indexes: int = 0


class BelticBase(Simulator[BelticState]):
    """What the parts of the Beltic simulator share."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = "Beltic"
    api = API
    base: ClassVar[str] = default_base(API)
    keys: ClassVar[tuple[Key, ...]] = (
        Key("staging", "sk_staging_sandbox", ORGANISATION, "staging", SCOPES),
        Key("production", "sk_production_sandbox", ORGANISATION, "production", SCOPES),
        Key("read only", "sk_staging_readonly", ORGANISATION, "staging", frozenset({"credentials:read", "audit:read"})),
        Key("another organisation", "sk_staging_other", "org_other", "staging", SCOPES),
    )

    @property
    def signing_key(self) -> SigningKey:
        """The issuer's key; the same for the same seed."""
        if self._signing_key is None:
            self._signing_key = SigningKey(f"credkit-sandbox:beltic:{self._seed}", KID)
        return self._signing_key

    _signing_key: SigningKey | None = None

    def new_state(self) -> BelticState:
        return BelticState()

    def error_body(self, refusal: Refusal) -> object:
        details: dict[str, Any] = {"message": refusal.message, "request_id": f"req_{self.ids.hex(16)}"}
        if refusal.code is not None:
            details["code"] = refusal.code
        if refusal.problems:
            found = [{"in": one.where, "pointer": one.pointer, "reason": one.reason} for one in refusal.problems]
            details["details"] = {"problems": found}
        return models.ErrorBody(error=models.ErrorDetail(**details))

    def improper(self, problems: list[Problem]) -> Refusal:
        missing = any("required" in one.reason or one.reason == "is missing" for one in problems)
        code = "missing_required_field" if missing else "malformed_request"
        return Refusal(400, code, "The request is not one that is documented", problems=tuple(problems))

    def unauthorised(self, missing: bool) -> Refusal:
        return Refusal(401, "unauthorized", "API key is missing" if missing else "API key is invalid")

    def forbidden(self) -> Refusal:
        return Refusal(403, "forbidden", "The API key does not have the scope that this needs")

    def record_event(self, owner: str, kind: str, kept: models.Credential, **members: Any) -> models.AuditEvent:
        """Write an audit event and send it to the streams that want it."""
        number = len(self.state.events) + 1
        subject = kept.subject.type if kept.subject else None
        event = models.AuditEvent(
            id=f"evt_{self.ids.base36(20)}",
            seq_num=str(number),
            event_type=kind,
            credential_id=kept.id,
            credential_type=kept.credential_type,
            actor_type="api_key",
            subject_type=subject,
            intervention_required=False,
            timestamp=self.now(),
            **{"outcome": "success", **members},
        )
        self.state.events.append((owner, event))
        for stream in self.state.streams.values():
            wanted = stream.stream.event_filter
            if stream.owner == owner and stream.stream.active and (not wanted or kind in wanted):
                self.webhook(stream.stream.url, kind, kept.id, event)
        return event


def owner_of(call: Call) -> str:
    """Organisation and environment of the caller: nobody sees another's."""
    assert call.key is not None
    return f"{call.organisation}:{call.key.mode}"


def moment(text: str, name: str) -> datetime:
    """A date-time of a query. Raises Refusal."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, "malformed_request", f"{name} is not a date-time", pointer=f"/{name}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
