"""What has to be known to settle an unknown outcome, by this process or another one. Nothing about people is in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from .runtime.errors import InvalidArgument

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One request of one send whose outcome is not known.

    Attributes:
        operation: `operationId` of what was called.
        token: of the send; the vendor was given it where it has a place for it.
        label: of the batch, as the application gave it.
        sent_at: when the send began. `ended_at`: when its caller stopped waiting; None where the process ended before.
        phase: how far it came, where that is known.
        position, count: which of how many requests of that send.
        account: which API key sent it (`issuer.account`), so that nobody looks for it with another one.
        batch_id, credential_id: the vendor's, where they are known.
    """

    vendor: str
    operation: str
    token: str
    sent_at: datetime
    ended_at: datetime | None = None
    label: str = ""
    phase: str | None = None
    position: int = 0
    count: int = 1
    account: str = ""
    batch_id: str | None = None
    credential_id: str | None = None

    def to_json(self) -> str:
        members: dict[str, Any] = {"v": _VERSION}
        for one in fields(self):
            value = getattr(self, one.name)
            if value is not None:
                members[one.name] = value.isoformat() if isinstance(value, datetime) else value
        return json.dumps(members, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Ticket:
        """Read what `to_json` wrote.

        Raises:
            InvalidArgument: it is none, or of a newer version.
        """
        try:
            members = json.loads(text)
            if members.pop("v") != _VERSION:
                raise InvalidArgument("the ticket was written by a newer Credkit")
            sent_at = datetime.fromisoformat(members.pop("sent_at"))
            ended_at = datetime.fromisoformat(members.pop("ended_at")) if "ended_at" in members else None
            if sent_at.tzinfo is None or not {*members} <= {one.name for one in fields(cls)}:
                raise ValueError
            if ended_at is not None and ended_at.tzinfo is None:
                raise ValueError
            for name, value in members.items():
                if not isinstance(value, int if name in ("position", "count") else str):
                    raise ValueError
            return cls(sent_at=sent_at, ended_at=ended_at, **members)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            if isinstance(error, InvalidArgument):
                raise
            raise InvalidArgument("this is no ticket: JSON as Ticket.to_json writes it is expected") from None
