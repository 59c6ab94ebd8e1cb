"""Beltic's credentials: reading one, and listing all of a type."""

from __future__ import annotations

from typing import Any

from ..model import Credential, CredentialStatus
from ..runtime.unset import UNSET
from ..secret import Secret
from ..steps import Flow
from .looking import Listing, collect
from .protocol import Known
from .sending import member, moment, text

VENDOR = "beltic"
STATUS = {
    "active": CredentialStatus.ISSUED,
    "revoked": CredentialStatus.REVOKED,
    "expired": CredentialStatus.EXPIRED,
    "suspended": CredentialStatus.SUSPENDED,
}


def id_of(credential: Any) -> str | None:
    return text(member(credential, "id")) or text(member(credential, "credential_id"))


def is_strange(credential: Any, known: Known) -> bool:
    """Whether a credential is not known to be another request's."""
    id_ = id_of(credential)
    return id_ is not None and id_ not in known


def list_of(kind: str, subject_id: str | None) -> Flow[Listing]:
    """Every credential of a type, about a subject when it has an id."""
    return collect(
        lambda client: client.credentials.list_all(credential_type=kind, subject_id=subject_id or UNSET, limit=200),
        id_of,
        _is_all,
    )


def _is_all(page: Any, found: int, here: int) -> bool:
    """When Beltic says that there is no more, and does not count more than it listed."""
    pagination = member(page, "pagination")
    total = member(pagination, "total")
    return member(pagination, "has_more") is False and not (isinstance(total, int) and found < total)


def credential(given: Any) -> Credential:
    signed = text(member(given, "signed_payload"))
    return Credential(
        vendor=VENDOR,
        id=id_of(given) or "",
        status=STATUS.get(str(member(given, "status")), CredentialStatus.UNKNOWN),
        template=text(member(given, "credential_type")),
        signed=Secret(signed) if signed else None,
        issued_at=moment(member(given, "issued_at")),
        expires_at=moment(member(given, "expires_at")),
        revoked_at=moment(member(given, "revoked_at")),
        raw=given,
    )
