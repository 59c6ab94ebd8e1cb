"""Events of vendors in neutral form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .model import CredentialStatus


class EventKind(StrEnum):
    """What happened. `verified` is somebody else's look at a credential; `other` is whatever has no neutral name, see `Event.raw`."""

    ISSUED = "issued"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    FAILED = "failed"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    REACTIVATED = "reactivated"
    DELETED = "deleted"
    VERIFIED = "verified"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a vendor tells.

    Attributes:
        credential_id: as `Credential.id`; None when the event is about something else.
        status: where the credential stands after it, where the event says so.
        verified: the vendor's signature was checked. False: anybody may have sent this; read the credential before acting on it.
        id: of the delivery, to tell repetitions.
    """

    vendor: str
    kind: EventKind
    credential_id: str | None = None
    status: CredentialStatus | None = None
    occurred_at: datetime | None = None
    verified: bool = False
    id: str | None = None
    raw: Any = field(default=None, repr=False, compare=False)
