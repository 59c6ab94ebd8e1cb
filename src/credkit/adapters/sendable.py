"""What is wrong with a request whichever vendor it is for, in words without anything about the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from ..model import IssueRequest, kind_of
from ..runtime.models import to_json

_LONGEST = timedelta(days=365_250)
"""Until when a credential may be asked for, from its sending: any longer, and a date may leave the calendar."""

_ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+@[^\s\x00-\x1f\x7f-\x9f@]+")
"""What may be an address: who is strict refuses somebody's. Quotes, comments and letters of any script may stand in one."""


def unsendable(request: IssueRequest) -> str | None:
    """Why no vendor could be sent a request; None where that is for the vendor's adapter to say. It may raise what a member of another
    type raises: `mistyped` names it then."""
    subject = request.subject
    name, email = subject.name, subject.email
    id_, reference = subject.id, request.reference
    texts = type(name) is str and (email is None or type(email) is str)
    texts = texts and (id_ is None or type(id_) is str) and (reference is None or type(reference) is str)
    if not texts and (problem := mistyped(request)):
        return problem
    if not name.strip():
        return "the subject has no name"
    if email and not _may_be_one(email):
        return "the e-mail address is none: expected name@domain, without spaces"
    if request.expires is not None and (problem := _endless(request.expires)):
        return problem
    plain = not request.claims and not subject.attributes
    if plain and name.isascii() and (email is None or email.isascii()) and (id_ is None or id_.isascii()):
        return None  # the usual request
    if problem := mistyped(request):
        return problem
    try:
        to_json([name, email, id_, request.claims, subject.attributes])
    except ValueError:
        return "a text, claim or attribute has no JSON form"
    return None


def _may_be_one(email: str) -> bool:
    """Whether it may be an address. The usual one is told in a fifth of a microsecond, the others by the pattern."""
    usual = email[0] != "@" != email[-1] and "@" in email and " " not in email and email.isprintable()
    return usual or _ADDRESS.fullmatch(email) is not None


def mistyped(request: IssueRequest) -> str | None:
    """The first member that has another type than `IssueRequest` says: which one, and the two types; never its value."""
    return next(
        (
            f"{name}: expected {expected}; got {kind_of(value)}"
            for name, value, types, expected in _members(request)
            if not isinstance(value, types)
        ),
        None,
    )


def _members(request: IssueRequest) -> Iterator[tuple[str, object, type | tuple[type, ...], str]]:
    """Members with what they may be, in Python and in words."""
    subject = request.subject
    yield "subject.name", subject.name, str, "text"
    yield "subject.email", subject.email, (str, type(None)), "text"
    yield "subject.id", subject.id, (str, type(None)), "text"
    yield "reference", request.reference, (str, type(None)), "text"
    yield "expires", request.expires, (datetime, timedelta, type(None)), "datetime or timedelta"
    yield "claims", request.claims, Mapping, "a mapping"
    yield "subject.attributes", subject.attributes, Mapping, "a mapping"


def _endless(expires: datetime | timedelta) -> str | None:
    """What keeps a credential from having this end: it cannot be computed, or written down in UTC."""
    if isinstance(expires, timedelta):
        return None if -_LONGEST <= expires <= _LONGEST else "expires is more than 1,000 years away"
    if expires.utcoffset() is None:
        return "expires is a datetime without a time zone"
    try:
        expires.astimezone(UTC)
    except OverflowError:
        return "expires lies beyond the calendar"
    return None
