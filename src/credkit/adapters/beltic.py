"""Beltic: signed credentials, up to 1,000 in a call, each of which is issued or fails by itself.

A template is a credential type. `Template.extra` takes `subject_type` and `self_attestation_complete` (a legal declaration of yours;
nothing fills it in). Reconciling: credentials about the subject, of the same type, with the same claims,
issued when the send was under way, and nobody else's.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ..capabilities import Capability, Support, no, yes
from ..events import Event, EventKind
from ..model import Channel, Credential, CredentialStatus, IssueRequest, Organisation, Template
from ..results import Issued, Rejected, Result, Results
from ..runtime.errors import InvalidArgument
from ..runtime.models import to_plain
from ..runtime.unset import UNSET
from ..steps import Flow, call, together
from ..ticket import Ticket
from . import beltic_credentials as credentials
from .base import AdapterBase, Filter, Known, Send, headers_of
from .beltic_settling import WHO, Asked, Seen, could_be_renamed, settle, told_apart
from .looking import Listing, emit_pages, towards
from .matching import contradicts, repeated
from .sending import Item, in_groups, invalid, listed, member, moment, send_items, text
from .words import said

if TYPE_CHECKING:
    from credkit_beltic import AsyncBeltic, Beltic, models

_KINDS = {
    "issued": (EventKind.ISSUED, CredentialStatus.ISSUED),
    "verified": (EventKind.VERIFIED, None),
    "revoked": (EventKind.REVOKED, CredentialStatus.REVOKED),
    "deleted": (EventKind.DELETED, None),
    "suspended": (EventKind.SUSPENDED, CredentialStatus.SUSPENDED),
    "reactivated": (EventKind.REACTIVATED, CredentialStatus.ISSUED),
}
_REFUSALS = frozenset(
    {
        "validation_failed",
        "malformed_request",
        "missing_required_field",
        "self_attestation_incomplete",
        "unauthorized",
        "forbidden",
    }
)
"""What is plainly said of the request itself. Beltic documents no list of codes; after any other one it is looked up."""
_EXTRA = frozenset({"subject_type", "self_attestation_complete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BelticAdapter(AdapterBase["Beltic", "AsyncBeltic"]):
    """Beltic."""

    vendor: ClassVar[str] = credentials.VENDOR
    issue_operation: ClassVar[str] = "batchIssueCredentials"
    largest_batch: ClassVar[int] = 1000
    capabilities: ClassVar[Mapping[Capability, Support]] = {
        Capability.ISSUE: yes("`POST /credentials/batch-issue`"),
        Capability.BATCH: yes("1,000 items to a call, Beltic's limit"),
        Capability.LIST: yes("by type, subject and status"),
        Capability.GET: yes("by id"),
        Capability.REVOKE: yes("for good, with a reason"),
        Capability.CANCEL: no("revoke it: it is issued at once"),
        Capability.EMAIL: no("hand over `credential.signed` yourself"),
        Capability.OFFER: no("hand over `credential.signed`: it is issued at once"),
        Capability.QR: no("make one of what you hand over"),
        Capability.PUBLIC_URL: no("hand over `credential.signed`"),
        Capability.EXPIRY: yes("`expires`; without it the vendor decides"),
        Capability.WEBHOOKS: yes("audit streams (`issuer.client.audit_streams`); no documented signature"),
        Capability.EVIDENCE: yes('`issuer.client.evidence.upload`, then `evidence=["evidence:<id>"]` in the request'),
        Capability.VERIFY: yes("`issuer.client.credentials.verify` with `credential.signed`"),
    }
    batch_size: int = 1000

    @classmethod
    def client_types(cls) -> tuple[type[Beltic], type[AsyncBeltic]]:
        from credkit_beltic import AsyncBeltic, Beltic

        return Beltic, AsyncBeltic

    # --- issuing -----------------------------------------------------------------------------------------------------

    def problem(self, request: IssueRequest, template: Template, deliver: Channel | None) -> str | None:
        if unknown := template.extra.keys() - _EXTRA:
            return f"the template's extra has {min(unknown)!a}; Beltic's adapter knows {', '.join(sorted(_EXTRA))}"
        return invalid(lambda: self._request(request, None))

    def send(self, items: Sequence[Item], send: Send) -> Flow[Results]:
        from credkit_beltic import models

        batch = [
            models.BatchIssueItem(
                request=self._request(item.request, self.expires_at(item.request, send.sent_at)),
                correlation_id=_correlation(item.ticket),
            )
            for item in items
        ]
        return send_items(
            items,
            send,
            lambda client: client.credentials.batch_issue(items=batch),
            lambda answer: self._answered(items, answer),
        )

    def _request(self, request: IssueRequest, expires: datetime | None) -> models.CredentialRequest:
        from credkit_beltic import models

        extra = self.template(request).extra
        optional = {name: extra[name] for name in ("self_attestation_complete",) if name in extra}
        if request.evidence:
            optional["evidence_refs"] = list(request.evidence)
        if expires is not None:
            optional["expires_at"] = expires
        return models.CredentialRequest(
            credential_type=self.template_id(request),
            subject=models.Subject.model_validate(_subject(request, extra)),
            claims=models.Claims.model_validate(self.claims(request)),  # other members are allowed
            **optional,
        )

    def _answered(self, items: Sequence[Item], answer: Any) -> Results:
        """What the answer says of each item: by the id that it echoes. A credential without one is its place's, if it says that it is about
        that place's subject; a refusal without one is nobody's, as nothing in it says whose it is."""
        given = listed(member(answer, "results"))
        echoes = [text(member(one, "correlation_id")) for one in given]
        mine = {_correlation(item.ticket): position for position, item in enumerate(items)}
        ordered = len(given) == len(items) and all(
            echo is None or mine.get(echo) == at for at, echo in enumerate(echoes)
        )
        answers: dict[int, list[Any]] = {}
        for at, (one, echo) in enumerate(zip(given, echoes, strict=True)):
            if echo is None and ordered and _is_about(one, items[at].request, certain=True):
                answers.setdefault(at, []).append(one)
            elif echo in mine:
                answers.setdefault(mine[echo], []).append(one)
        twice = repeated([credentials.id_of(member(one, "credential")) for one in given])
        results = [self._result(item, answers.get(at, []), twice) for at, item in enumerate(items)]
        return told_apart(items, results, self._asked)

    def _result(self, item: Item, answers: Sequence[Any], twice: set[Hashable]) -> Result:
        from credkit_beltic import models

        if len(answers) != 1:
            return item.unanswered()
        credential, error = member(answers[0], "credential"), member(answers[0], "error")
        id_ = credentials.id_of(credential)
        if id_ is not None:
            another_type = contradicts(member(credential, "credential_type"), self.template_id(item.request))
            mine = _is_about(answers[0], item.request) and not another_type
            certain = mine and error is None and id_ not in twice
            return item.issued(credentials.credential(credential)) if certain else item.unanswered()
        if credential is None and isinstance(error, models.ErrorDetail):
            code = text(error.code)
            if code in _REFUSALS:
                return item.rejected(code, "Beltic refused this item", detail=said(error))
            return item.unknown("answer_lost", "Beltic failed at this item, perhaps after issuing")
        return item.unanswered()

    # --- looking up ----------------------------------------------------------------------------------------------------

    def look_up(self, items: Sequence[Item], now: datetime, known: Known) -> Flow[Results]:
        listings = yield from self._listings([self._asked(item).place for item in items])

        def settled(mine: list[Item]) -> Flow[Results]:
            yield from ()
            asked = [self._asked(item) for item in mine]
            listing = listings[asked[0].place]
            seen = [Seen(to_plain(one), one) for one in listing.entries if credentials.is_strange(one, known)]
            return settle(asked, seen, listing.complete, now, self.settle_after, credentials.credential)

        results = yield from in_groups(items, lambda item: self._asked(item).place, settled)
        return (yield from self._under_another_id(items, results, known))

    def _listings(self, places: Sequence[tuple[str, str | None]]) -> Flow[dict[tuple[str, str | None], Listing]]:
        """The lists of some types, about subjects that have an id."""
        different = list(dict.fromkeys(places))
        answers = yield from together((credentials.list_of(*place) for place in different), self.concurrency)
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return {place: one for place, one in zip(different, answers, strict=True) if isinstance(one, Listing)}

    def _under_another_id(self, items: Sequence[Item], results: Results, known: Known) -> Flow[Results]:
        """Results; not certain where a list about a subject's id has nothing, and the request has a reference: with that, the id may have been
        corrected since it was sent, and the credential be about the former one."""
        asked = {
            at: self._asked(item)
            for at, item in enumerate(items)
            if isinstance(results[at], Rejected) and item.request.reference is not None and item.request.subject.id
        }
        listings = yield from self._listings([(one.place[0], None) for one in asked.values()])
        taken = {one.credential.id for one in results if isinstance(one, Issued)}
        for at, one in asked.items():
            listing = listings[one.place[0], None]
            others = (other for other in listing.entries if credentials.id_of(other) not in taken)
            if any(
                could_be_renamed(one, other, self.settle_after) and credentials.is_strange(other, known)
                for other in others
            ):
                results[at] = one.item.ambiguous("a credential of that time is about a like subject with another id")
            elif not listing.complete:
                results[at] = one.item.incomplete("Beltic says that there are more credentials than it lists")
        return results

    def _asked(self, item: Item) -> Asked:
        plain = to_plain(self._request(item.request, None))
        return Asked(item, plain, self.expires_at(item.request, item.ticket.sent_at))

    def get(self, credential: Credential) -> Flow[Credential]:
        return credentials.credential((yield from call(lambda client: client.credentials.get(credential.id))))

    def list(self, wanted: Filter) -> Flow[None]:
        if wanted.batch_id is not None:
            raise InvalidArgument("Beltic has no batches to list by")
        status = next((word for word, one in credentials.STATUS.items() if one is wanted.status), UNSET)
        return emit_pages(
            lambda client: client.credentials.list_all(
                credential_type=wanted.template or UNSET,
                subject_id=wanted.subject_id or UNSET,
                status=status,
                limit=200,
            ),
            credentials.credential,
            wanted,
        )

    def revoke(self, credential: Credential, reason: str | None) -> Flow[Credential]:
        def act() -> Flow[Credential]:
            given = UNSET if reason is None else reason
            return credentials.credential(
                (yield from call(lambda client: client.credentials.revoke(credential.id, reason=given)))
            )

        return towards(act(), lambda: self.get(credential), lambda one: one.status is CredentialStatus.REVOKED)

    def probe(self) -> Flow[Mapping[str, str]]:
        return headers_of(lambda client: client.credentials.with_raw_response.list(limit=1))

    def parse_event(self, headers: Mapping[str, str], body: bytes | str, secret: str | None) -> Event:
        from credkit_beltic import webhooks

        event = webhooks.parse(headers, body, secret=secret)
        told = text(member(event.data, "event_type")) or ""
        kind, status = _KINDS.get(told.removeprefix("credential."), (EventKind.OTHER, None))
        return Event(
            vendor=self.vendor,
            kind=kind,
            credential_id=text(member(event.data, "credential_id")),
            status=status,
            occurred_at=moment(member(event.data, "timestamp")),
            verified=event.verified,
            id=text(member(event.data, "id")),
            raw=event.data,
        )


def _correlation(ticket: Ticket) -> str:
    return f"{ticket.token}-{ticket.position}"


def _subject(request: IssueRequest, extra: Mapping[str, Any]) -> dict[str, Any]:
    """The subject as Beltic takes it: its attributes, then what is known of it by name."""
    subject, members = request.subject, dict(request.subject.attributes)
    names = ["id", "name"]
    kind = "person"
    if isinstance(subject, Organisation):
        names += ["registration_number", "jurisdiction", "legal_form"]
        kind = "organisation"
    members |= {name: getattr(subject, name) for name in names if getattr(subject, name) is not None}
    return members | {"type": extra.get("subject_type", kind)}


def _is_about(result: Any, request: IssueRequest, *, certain: bool = False) -> bool:
    """Whether a result's credential is about the subject of a request, by the id, or else as nothing in it is another subject's;
    `certain`: it says so."""
    told = member(member(result, "credential"), "subject")
    id_ = text(member(told, "id"))
    if id_ is not None and request.subject.id is not None:
        return id_ == request.subject.id
    return not certain and not any(contradicts(member(told, one), getattr(request.subject, one, None)) for one in WHO)
