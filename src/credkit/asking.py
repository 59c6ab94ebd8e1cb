"""What an issuer is given, before anything is done with it: mistakes of a program are said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from .model import IssueRequest, Organisation, Person, Template, kind_of
from .results import Issued, Rejected, Unknown
from .runtime.errors import InvalidArgument

_NOT_OPEN: Mapping[type[object], str] = {
    Issued: "expected what is unknown; got an Issued, which is settled; write reconcile(result.unknown)",
    Rejected: "expected what is unknown; got a Rejected, which is settled; write reconcile(result.unknown)."
    " To write down that there is no credential: settle(unknown, never=True, by=…, why=…)",
}
_REQUESTS, _TEMPLATES, _SUBJECTS = {IssueRequest}, {str, Template}, {Person, Organisation}


def asked(requests: Iterable[IssueRequest]) -> Sequence[IssueRequest]:
    """What is asked for, as it is now: what becomes of the caller's own list while it is sent changes nothing.

    Raises:
        InvalidArgument: something in it is no request, or has no template or subject in its place, as when the two are swapped.
    """
    if isinstance(requests, IssueRequest):
        raise InvalidArgument("expected several requests; got one; write issue([request])")
    try:
        given = iter(requests)
    except TypeError:
        raise InvalidArgument(f"expected requests, as a list or another iterable; got {kind_of(requests)}") from None
    requests = tuple(given)
    usual = (  # a tenth of a microsecond for each request
        _REQUESTS.issuperset(map(type, requests))
        and _SUBJECTS.issuperset(map(type, map(attrgetter("subject"), requests)))
        and _TEMPLATES.issuperset(map(type, map(attrgetter("template"), requests)))
    )
    if not usual:
        for position, request in enumerate(requests):
            if problem := _mistaken(request):
                raise InvalidArgument(f"request {position}: {problem}")
    return requests


def open_ones(given: Iterable[Unknown]) -> Sequence[Unknown]:
    """What is asked about, as a sequence.

    Raises:
        InvalidArgument: it is one result that is settled, or nothing that could be gone through.
    """
    try:
        found = iter(given)
    except TypeError:
        raise InvalidArgument(not_open(given)) from None
    return tuple(found)


def not_open(given: object) -> str:
    """What is wrong with something that is asked about, and is no `Unknown`."""
    return _NOT_OPEN.get(type(given), f"expected an Unknown, or several; got {kind_of(given)}")


def _mistaken(request: object) -> str | None:
    """What no checker of types would let pass."""
    if not isinstance(request, IssueRequest):
        return f"expected an IssueRequest; got {kind_of(request)}"
    subject: object = request.subject
    template: object = request.template
    if not isinstance(subject, Person | Organisation):
        return f"expected a Person or an Organisation as subject; got {kind_of(subject)}; write IssueRequest(template, subject)"
    if not isinstance(template, str | Template):
        return (
            f"expected a text or a Template as template; got {kind_of(template)}; write IssueRequest(template, subject)"
        )
    return None
