"""Record: a batch issues to all its recipients at once; there is no revocation, no expiry, no event.

A template is a programme. Reconciling: the token of a send stands in the batch's name, so the list of batches says whether the
batch exists, and the batch who is in it. That there is none is believed only where the list would show it (`matching.would_show`): Record's
pages speak of all batches and name no limit, but do not rule one out. They show the sister list, of programmes, newest first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ..capabilities import Capability, Support, no, yes
from ..model import Channel, Credential, CredentialStatus, IssueRequest, Template
from ..results import Issued, Results
from ..runtime.errors import InvalidArgument, NotFoundError
from ..steps import Flow, call, emit
from ..ticket import Ticket
from .base import AdapterBase, Filter, Known, Send, headers_of
from .matching import FEWEST, Pairing, contradicts, in_time, is_unmarked, pair, repeated, tidied, would_show
from .protocol import NO_IDS, BatchNeeded, Latest
from .sending import Item, in_groups, listed, member, moment, send_items, text

if TYPE_CHECKING:
    from credkit_record import AsyncRecord, Record
    from credkit_record.models import RecipientInput

_MANUAL = "ask Record; its API has no call for it"
_NOT_CERTAIN = (
    "Record's list has no batch of this send, and does not show that it would have one: look at Record's page, or reconcile again "
    "when a batch was issued that is newer"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAdapter(AdapterBase["Record", "AsyncRecord"]):
    """Record. The API names no limit for a batch; `batch_size` keeps answers small."""

    vendor: ClassVar[str] = "record"
    issue_operation: ClassVar[str] = "issueCredentials"
    capabilities: ClassVar[Mapping[Capability, Support]] = {
        Capability.ISSUE: yes("`POST /credentials`"),
        Capability.BATCH: yes("500 recipients to a call; Record names no limit"),
        Capability.LIST: yes("the list of batches, then each batch"),
        Capability.GET: yes("by the batch that it is in: `batch_id` is needed"),
        Capability.REVOKE: no(_MANUAL),
        Capability.CANCEL: no(_MANUAL),
        Capability.EMAIL: no("send `credential.url` yourself"),
        Capability.OFFER: no("use `credential.url`: it is issued at once"),
        Capability.QR: no("make one of `credential.url`"),
        Capability.PUBLIC_URL: yes("`credential.url`; whoever has it can see the page"),
        Capability.EXPIRY: no("leave `expires` out; a credential of Record does not end"),
        Capability.WEBHOOKS: no("read the batch with `issuer.get`"),
        Capability.EVIDENCE: no("keep evidence yourself"),
        Capability.VERIFY: no("open `credential.url`"),
    }
    batch_size: int = 500

    @classmethod
    def client_types(cls) -> tuple[type[Record], type[AsyncRecord]]:
        from credkit_record import AsyncRecord, Record

        return Record, AsyncRecord

    # --- issuing -----------------------------------------------------------------------------------------------------

    def problem(self, request: IssueRequest, template: Template, deliver: Channel | None) -> str | None:
        if not isinstance(request.subject.email, str) or not request.subject.email:
            return "Record needs an e-mail address"
        if request.claims:
            return "Record takes no claims: a credential says what its programme says"
        return None

    def batch_key(self, request: IssueRequest) -> Hashable:
        return self.template_id(request)

    def send(self, items: Sequence[Item], send: Send) -> Flow[Results]:
        program = self.template_id(items[0].request)
        subjects = [item.request.subject for item in items]
        # as the models are written: to make five hundred of them for that would take longer than all checks
        recipients = cast("list[RecipientInput]", [{"name": one.name, "email": one.email} for one in subjects])
        name = f"{send.label} [{send.token}]".strip()
        return send_items(
            items,
            send,
            lambda client: client.credentials.issue(program_id=program, batch_name=name, recipients=recipients),
            lambda batch: (
                [item.unanswered() for item in items]
                if _is_anothers(batch, program, send.token)
                else _answered(items, batch)
            ),
        )

    # --- looking up ----------------------------------------------------------------------------------------------------

    def look_up(self, items: Sequence[Item], now: datetime, known: Known) -> Flow[Results]:
        summaries = yield from call(lambda client: client.credentials.list())
        return (
            yield from in_groups(
                items, lambda item: item.ticket.token, lambda mine: self._settle(mine, summaries, now, known)
            )
        )

    def _settle(self, items: Sequence[Item], summaries: Any, now: datetime, known: Known) -> Flow[Results]:
        """What became of the items of one send."""
        ticket = items[0].ticket
        mine = [one for one in listed(summaries) if ticket.token in _name(one)]
        if not mine:
            if self._may_lack(summaries, ticket) or _lacks(summaries, known.newest):
                return [item.incomplete(_NOT_CERTAIN) for item in items]
            if any(self._could_be(one, ticket) for one in summaries):
                return [item.ambiguous("a batch of that time carries no token; is it this one?") for item in items]
            return [item.not_found(now, self.settle_after) for item in items]
        batch_id = text(member(mine[0], "batch_id"))
        if len(mine) > 1 or batch_id is None:
            return [item.ambiguous("not exactly one batch carries the send's token") for item in items]
        batch = yield from _read(batch_id)
        if _is_anothers(batch, self.template_id(items[0].request), ticket.token):
            return [item.ambiguous("its batch is said to be another send's, or of another programme") for item in items]
        pairing = _pairing(items, batch, known)
        nobody_else = _is_whole(batch, mine[0]) and not pairing.left and not pairing.crowded
        results: Results = []
        for position, item in enumerate(items):
            if position in pairing.found:
                results.append(item.issued(_reader(batch)(pairing.found[position], item.request.reference)))
            elif nobody_else:
                results.append(item.not_found(now, self.settle_after))
            else:
                results.append(item.ambiguous("its batch exists, and nobody in it is certainly this subject"))
        return results

    def _may_lack(self, summaries: Any, ticket: Ticket) -> bool:
        """Whether the batch of a send may be missing from the list, or be in it without its name."""
        if not isinstance(summaries, list) or not all(map(_name, summaries)):
            return True
        if repeated([name for name in map(_name, summaries) if not is_unmarked(name)]):
            return True  # every send has a token of its own, so one of them hides another
        times = [moment(member(one, "issued_at")) for one in summaries]
        return not would_show(times, ticket, self.settle_after)

    def _could_be(self, summary: Any, ticket: Ticket) -> bool:
        """Whether a batch could be that of a send, its name changed by the vendor."""
        issued_at = moment(member(summary, "issued_at"))
        count = member(summary, "recipient_count")
        fits = not isinstance(count, int) or count <= ticket.count
        return fits and is_unmarked(_name(summary)) and in_time(issued_at, ticket, self.settle_after)

    def get(self, credential: Credential) -> Flow[Credential]:
        batch_id = credential.batch_id
        if batch_id is None:
            raise BatchNeeded("Record reads a credential from its batch: give batch_id, or the whole credential")
        batch = yield from _read(batch_id)
        for one in _credentials(batch):
            if one.id == credential.id:
                return one
        raise NotFoundError("the batch has no such recipient", status=404)

    def list(self, wanted: Filter) -> Flow[None]:
        if wanted.subject_id is not None:
            raise InvalidArgument("Record cannot list by subject_id")
        if wanted.batch_id is not None:
            ids = [wanted.batch_id]
        else:
            summaries = yield from call(lambda client: client.credentials.list())
            same = [one for one in summaries if wanted.template in (None, member(one, "program_id"))]
            ids = [id_ for one in same if (id_ := text(member(one, "batch_id")))]
        for id_ in ids:
            batch = yield from _read(id_)
            yield from emit([one for one in _credentials(batch) if wanted.admits(one)])

    def probe(self) -> Flow[Mapping[str, str]]:
        return (yield from headers_of(lambda client: client.programs.with_raw_response.list()))


def _name(summary: Any) -> str:
    """What a batch is called; "" when it cannot be read."""
    return text(member(summary, "batch_name")) or ""


def _lacks(summaries: Any, newest: Latest | None) -> bool:
    """Whether a list of batches has nothing at all, or not even the batch of a credential which was issued in the account: it is another
    account's, or not whole. That batch may be older than the end of a list that is cut."""
    if not summaries:
        return True
    if newest is None or not newest.batch_id or newest.batch_id in [member(one, "batch_id") for one in summaries]:
        return False
    issued_at = newest.issued_at
    times = [at for one in summaries if (at := moment(member(one, "issued_at"))) is not None]
    return len(summaries) < FEWEST or issued_at is None or min(times, default=issued_at) <= issued_at


def _read(batch_id: str) -> Flow[Any]:
    return call(lambda client: client.credentials.get(batch_id))


def _is_anothers(batch: Any, program: str, token: str) -> bool:
    """Whether a batch says that it is of another programme, or carries the token of another send."""
    name = _name(batch)
    return contradicts(member(batch, "program_id"), program) or (token not in name and not is_unmarked(name))


def _answered(items: Sequence[Item], batch: Any) -> Results:
    """What the answer to issuing says of each item."""
    own = _in_order(items, batch)
    if own is not None:
        common = _common(batch)
        return [Issued(item.request, common, one) for item, one in zip(items, own, strict=True)]
    credential = _reader(batch)
    found = _pairing(items, batch).found
    batch_id = text(member(batch, "batch_id"))
    return [
        (
            item.issued(credential(found[at], item.request.reference))
            if at in found
            else item.unanswered(batch_id=batch_id)
        )
        for at, item in enumerate(items)
    ]


def _pairing(items: Sequence[Item], batch: Any, known: Known = NO_IDS) -> Pairing[Any]:
    """Who in the batch is which item: by name and address, as the vendor does not promise to keep the order. By their letters, if that
    leaves nobody over on either side; else by what a vendor may make of them, and then like ones that differ in letters are nobody's.
    """
    people = [one for one in _people(batch) if one.recipient_id not in known]
    exact = pair(items, people, _letters_of, _letters)
    if len(exact.found) == len(items) and not exact.left:
        return exact
    return pair(items, people, lambda item: _key(item.request.subject), _key, alike=_letters_of)


def _in_order(items: Sequence[Item], batch: Any) -> list[tuple[str, str | None, Any]] | None:
    """Id, page and recipient of each item in the usual answer, at a tenth of the work: one for each item in their order, each with an id
    of its own, names and addresses letter by letter those of the requests. None where anything is otherwise, for `_pairing` to judge.
    """
    people = listed(member(batch, "recipients"))
    if len(people) != len(items):
        return None
    try:
        ids, names, emails, urls = zip(
            *[(one.recipient_id, one.name, one.email, one.credential_url) for one in people], strict=True
        )
    except AttributeError:
        return None
    if {*map(type, ids), *map(type, urls)} != {str} or "" in ids or "" in urls or len({*ids}) != len(ids):
        return None
    subjects = [item.request.subject for item in items]
    same = names == tuple(one.name for one in subjects) and emails == tuple(one.email for one in subjects)
    return list(zip(ids, urls, people, strict=True)) if same else None


def _is_whole(batch: Any, summary: Any) -> bool:
    """Whether everybody in the batch is there, and can be told apart."""
    recipients, count = member(batch, "recipients"), member(summary, "recipient_count")
    return isinstance(recipients, list) and len(recipients) == len(_people(batch)) == count


def _people(batch: Any) -> list[Any]:
    """The recipients that have an id of their own; whose an id is that stands there for two people, nobody can tell."""
    ids: dict[str, Any] = {}
    contested: set[str] = set()
    for one in listed(member(batch, "recipients")):
        id_ = text(member(one, "recipient_id"))
        if id_ is not None and _letters(ids.setdefault(id_, one)) != _letters(one):
            contested.add(id_)
    return [one for id_, one in ids.items() if id_ not in contested]


def _letters(person: Any) -> Hashable:
    return text(member(person, "name")), text(member(person, "email"))


def _letters_of(item: Item) -> Hashable:
    return _letters(item.request.subject)


def _key(person: Any) -> Hashable:
    """Who somebody is: name and address as a vendor may tidy them."""
    return tidied(text(member(person, "name")) or ""), tidied(text(member(person, "email")) or "")


def _credentials(batch: Any) -> list[Credential]:
    return [*map(_reader(batch), _people(batch))]


def _reader(batch: Any) -> Callable[..., Credential]:
    """What makes credentials of a batch's people; what the batch says of all of them is read once."""
    common = _common(batch)

    def credential(person: Any, reference: str | None = None) -> Credential:
        id_, url = member(person, "recipient_id"), text(member(person, "credential_url"))
        return replace(common, id=id_, url=url, reference=reference, raw=person)

    return credential


def _common(batch: Any) -> Credential:
    """What a batch says of all that are in it."""
    return Credential(
        vendor=RecordAdapter.vendor,
        id="",
        status=CredentialStatus.ISSUED if member(batch, "status") == "issued" else CredentialStatus.UNKNOWN,
        template=text(member(batch, "program_id")),
        batch_id=text(member(batch, "batch_id")),
        issued_at=moment(member(batch, "issued_at")),
    )
