"""What is not certain is unknown: answers and lists that could be read two ways, each with the second credential that a wrong reading makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import credkit
from credkit import Issued, Rejected, Ticket, Unknown, sandbox
from credkit.adapters.matching import SKEW, would_show
from credkit.adapters.protocol import Send
from credkit.ledger.base import Kept
from credkit.ledger.errors import LedgerBusy
from credkit.model import CredentialStatus, IssueRequest, Person, Template
from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.runtime.testing.transport import StubTransport
from credkit.sandbox.clock import ClientClock
from credkit.sandbox.simulator import Simulator
from credkit.sending import new_token

from .cases import BELTIC, DIDX, NCHAIN, RECORD, Case
from .editing import as_it_is, connect, everywhere

SETTLED = 7200.0
"""Seconds after which no answer can be under way any more."""


# --- nChain --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [str.upper, lambda text: text[:32], lambda text: f"{{{text}}}"])
def test_references_that_nchain_writes_otherwise(change: Callable[[str], str], tmp_path: Path) -> None:
    simulator, requests = NCHAIN.simulator(), [NCHAIN.request(1), NCHAIN.request(2)]
    issuer = connect(NCHAIN, simulator, everywhere("referenceId", change), ledger=tmp_path / "l.db")
    unknown = list(issuer.issue(requests).unknown)
    simulator.advance(SETTLED)
    settled = issuer.reconcile(unknown)
    assert [one.reason.code for one in settled] == ["ambiguous", "ambiguous"]
    issuer.issue(requests)
    assert [len(NCHAIN.truth(simulator, one)) for one in requests] == [1, 1]


def test_an_offer_of_the_send_is_nobody_elses() -> None:
    """Two of three were offered, and their answer was lost: one is settled already, one is found, one never was."""
    simulator = NCHAIN.simulator()
    requests = [NCHAIN.request(number) for number in (1, 2, 3)]

    def lost(received: Received, body: Any) -> Any:
        return [] if received.method == "POST" and received.target.endswith("/credential-offers") else None

    issuer = connect(NCHAIN, simulator, lost)
    unknown = list(issuer.issue(requests).unknown)
    (gone,) = NCHAIN.truth(simulator, requests[2])
    del simulator.state.offers[next(key for key in simulator.state.offers if str(key) == gone)]
    simulator.advance(SETTLED)
    (settled_before,) = NCHAIN.truth(simulator, requests[0])
    found, absent = issuer.reconcile(unknown[1:], known={settled_before})
    assert isinstance(found, Issued)
    assert isinstance(absent, Rejected), "every offer of the collection is somebody's"
    claimed = issuer.reconcile(unknown[1], known={*NCHAIN.truth(simulator, requests[1])})
    assert isinstance(claimed, Unknown), "it belongs to another request"
    assert claimed.needs_person


@pytest.mark.parametrize("committed", [False, True])
def test_the_answer_to_the_collection_is_lost(committed: bool) -> None:
    simulator = NCHAIN.simulator()
    simulator.faults.add(sandbox.disconnect("createCredentialOfferCollection", committed=committed))
    issuer = connect(NCHAIN, simulator, as_it_is)
    (result,) = issuer.issue([NCHAIN.request(1)])
    assert isinstance(result, Rejected), "a collection is no offer"
    assert result.reason.message == "no offer was made: the answer to the collection was lost"
    assert (result.reason.code, result.reason.retryable) == ("not_sent", True)
    assert isinstance(issuer.issue([NCHAIN.request(1)])[0], Issued)


def test_one_offer_for_two_references() -> None:
    simulator, requests = NCHAIN.simulator(), [NCHAIN.request(1), NCHAIN.request(2), NCHAIN.request(3)]

    def edit(received: Received, body: Any) -> None:
        if received.method == "POST" and "credentialOffers" in body:
            body["credentialOffers"][1]["id"] = body["credentialOffers"][0]["id"]

    first, second, third = connect(NCHAIN, simulator, edit).issue(requests)
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert isinstance(third, Issued)


def test_what_was_erased_is_not_sent_by_e_mail(tmp_path: Path) -> None:
    simulator, request = NCHAIN.simulator(), NCHAIN.request(1)
    issuer = connect(NCHAIN, simulator, as_it_is, ledger=tmp_path / "l.db")
    issuer.issue([request])
    issuer.ledger.erase(request.reference)
    (erased,) = issuer.issue([request]).issued
    asked = len(simulator.log)
    with pytest.raises(credkit.InvalidArgument):
        issuer.deliver(erased.credential, "email", to=request.subject)
    assert len(simulator.log) == asked


def test_two_offers_with_one_reference_hide_a_third() -> None:
    """One of three offers is listed with the reference of another one: it is not said of any that it never was."""
    simulator, requests = NCHAIN.simulator(), [NCHAIN.request(1), NCHAIN.request(2), NCHAIN.request(3)]
    simulator.faults.add(sandbox.disconnect(NCHAIN.operation, committed=True))

    def edit(received: Received, body: Any) -> None:
        if received.method == "GET" and "/credential-offers?" in received.target:
            first, second, _ = sorted(body["data"], key=lambda one: str(one["email"]))
            first["referenceId"] = second["referenceId"]

    issuer = connect(NCHAIN, simulator, edit)
    lost = list(issuer.issue(requests).unknown)
    simulator.advance(SETTLED)
    settled = issuer.reconcile(lost)
    assert [one.reason.code for one in settled[:2]] == ["ambiguous", "ambiguous"]
    assert isinstance(settled[2], Issued)


@pytest.mark.parametrize("id_", ["col-1", "", None, 7])
def test_a_collection_without_an_id_that_can_be_used(id_: object) -> None:
    """Without its collection an offer cannot be found again, so none is made."""
    simulator = NCHAIN.simulator()

    def edit(received: Received, body: Any) -> None:
        if received.method == "POST" and received.target.endswith("collections"):
            body["id"] = id_

    (result,) = connect(NCHAIN, simulator, edit).issue([NCHAIN.request(1)])
    assert isinstance(result, Rejected)
    assert (result.reason.code, result.reason.retryable) == ("not_sent", True)
    assert NCHAIN.operation not in [entry.operation for entry in simulator.log]


@pytest.mark.parametrize("asleep", [1800.0, -5.0])
def test_a_process_that_slept_between_two_calls_does_not_send(asleep: float, tmp_path: Path) -> None:
    """Somebody else may have taken the send for dead, and issued."""
    simulator, request = NCHAIN.simulator(), NCHAIN.request(1)
    clock = simulator.client_clock
    offset = 0.0

    class Clock(ClientClock):
        def now(self) -> float:
            return clock.now() + offset

    awake = connect(NCHAIN, simulator, as_it_is, ledger=tmp_path / "l.db")

    def edit(received: Received, body: Any) -> None:
        nonlocal offset
        if received.method == "POST" and received.target.endswith("collections") and not offset:
            offset = asleep
            if asleep > 0:
                simulator.advance(asleep)
                offset = 1e-9
                awake.reconcile(awake.issue([request]).unknown)
                awake.issue([request])

    frozen = connect(NCHAIN, simulator, edit, ledger=tmp_path / "l.db", clock=Clock(simulator.clock))
    (result,) = frozen.issue([request])
    assert isinstance(result, Rejected)
    assert result.reason.code == "not_sent"
    assert len(NCHAIN.truth(simulator, request)) == (1 if asleep > 0 else 0)


def test_a_crash_is_looked_for_until_its_last_call_can_have_ended(tmp_path: Path) -> None:
    """A process that dies does not say when; with long timeouts what it sent may come to be long after it began."""
    simulator, request = RECORD.simulator(), RECORD.request(1)

    class Death(BaseException):
        """The process ends here."""

    def edit(received: Received, body: Any) -> None:
        if received.method == "POST":
            dying.ledger.close()  # nothing is written any more
            raise Death

    dying = connect(RECORD, simulator, edit, ledger=tmp_path / "l.db", timeout=1000)
    with pytest.raises(Death):
        dying.issue([request])
    simulator.advance(60)
    (lost,) = connect(RECORD, simulator, as_it_is, ledger=tmp_path / "l.db").issue([request]).unknown
    assert lost.ticket.ended_at is not None
    assert lost.ticket.ended_at - lost.ticket.sent_at >= timedelta(seconds=1000)


# --- Record --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [0, 1])
def test_a_list_that_lacks_what_the_ledger_knows(left: int, tmp_path: Path) -> None:
    """A list that comes empty or short for once, as that of another account would."""
    simulator, request = RECORD.simulator(), RECORD.request(1)
    short = False

    def edit(received: Received, body: Any) -> None:
        if short and received.method == "GET" and isinstance(body["data"], list):
            del body["data"][left:]

    issuer = connect(RECORD, simulator, edit, ledger=tmp_path / "l.db")
    issuer.issue([RECORD.request(2)])
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=True))
    lost = issuer.issue([request])[0]
    simulator.advance(SETTLED)
    connect(RECORD, simulator, as_it_is).issue([RECORD.request(3)])  # somebody else's, and the newest
    short = True
    unsettled = issuer.reconcile(lost)
    assert isinstance(unsettled, Unknown)
    assert unsettled.reason.code == "listing_incomplete"
    assert isinstance(issuer.issue([request])[0], Unknown)
    short = False
    assert isinstance(issuer.reconcile(lost), Issued)


@pytest.mark.parametrize("ledger", [None, "l.db"])
def test_a_list_of_nothing_is_never_believed(ledger: str | None, tmp_path: Path) -> None:
    """The first send of an account, about which nobody knows anything that the list would have to hold."""
    simulator, kept = RECORD.simulator(), {} if ledger is None else {"ledger": tmp_path / ledger}
    simulator.state.batches.clear()
    issuer = connect(RECORD, simulator, as_it_is, **kept)
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=False))
    (lost,) = issuer.issue([RECORD.request(1)]).unknown
    simulator.advance(SETTLED)
    unsettled = issuer.reconcile(lost)
    assert isinstance(unsettled, Unknown)
    assert unsettled.reason.code == "listing_incomplete"
    connect(RECORD, simulator, as_it_is).issue([RECORD.request(2)])
    never = issuer.reconcile(lost)
    assert isinstance(never, Rejected)
    assert never.reason.code == "never_issued"


class Told:
    """A container of a caller's own, with a member that a ledger's has, too."""

    newest = Kept("rec_elsewhere", batch_id="batch_elsewhere", issued_at=datetime(2020, 1, 1, tzinfo=UTC))

    def __init__(self, *ids: str) -> None:
        self.ids = ids

    def __contains__(self, id_: object) -> bool:
        return id_ in self.ids


@pytest.mark.parametrize("ledger", [None, "l.db"])
@pytest.mark.parametrize("container", [Told, lambda *ids: ids, lambda *ids: dict.fromkeys(ids)])
def test_whatever_container_knows_the_others_tells_their_ids_alone(
    container: Callable[..., Container[str]], ledger: str | None, tmp_path: Path
) -> None:
    """Two requests for one person, and their answer was lost."""
    simulator, kept = RECORD.simulator(), {} if ledger is None else {"ledger": tmp_path / ledger}
    twice = [replace(RECORD.request(1), reference=name) for name in ("first", "second")]
    issuer = connect(RECORD, simulator, as_it_is, **kept)
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=True))
    lost = issuer.issue(twice).unknown
    ids = RECORD.truth(simulator, twice[0])
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=False))
    (never,) = issuer.issue([RECORD.request(2)]).unknown
    simulator.advance(SETTLED)
    found = issuer.reconcile(lost[1], known=container(ids[0]))
    assert isinstance(found, Issued)
    assert found.credential.id == ids[1]
    assert isinstance(issuer.reconcile(lost[1], known=container(*ids)), Issued if ledger else Rejected)
    assert isinstance(issuer.reconcile(never, known=container(*ids)), Rejected)


def test_two_batches_of_one_name_hide_a_third() -> None:
    simulator, request = RECORD.simulator(), RECORD.request(1)

    def edit(received: Received, body: Any) -> None:
        if received.method == "GET" and isinstance(body["data"], list):
            newest, before, *_ = body["data"]
            newest["batchName"] = before["batchName"]

    issuer = connect(RECORD, simulator, edit)
    issuer.issue([RECORD.request(2)])
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=True))
    lost = issuer.issue([request])[0]
    simulator.advance(SETTLED)
    assert isinstance(issuer.reconcile(lost), Unknown)


def test_what_is_older_than_the_end_of_a_list_is_no_sign(tmp_path: Path) -> None:
    """A list that is cut lacks what was issued long before the send, and says all the same that the send's batch is not there."""
    simulator, request = RECORD.simulator(), RECORD.request(1)

    def edit(received: Received, body: Any) -> None:
        if received.method == "GET" and isinstance(body["data"], list):
            del body["data"][12:]

    issuer = connect(RECORD, simulator, edit, ledger=tmp_path / "l.db")
    issuer.issue([RECORD.request(2)])
    others = connect(RECORD, simulator, as_it_is, batch_size=1, concurrency=1)
    simulator.advance(SETTLED)
    others.issue([RECORD.request(100 + number) for number in range(12)])
    simulator.advance(SETTLED)
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=False))
    lost = issuer.issue([request])[0]
    simulator.advance(SETTLED)
    assert isinstance(issuer.reconcile(lost), Rejected)


def _batches(simulator: Simulator[Any], count: int) -> None:
    """Brings the account to so many batches, a second apart."""
    kept = simulator.state.batches
    owner, first = next(iter(kept.values()))
    for number in range(len(kept), count):
        simulator.advance(1)
        id_ = f"batch_{number}"
        own = {"batch_id": id_, "batch_name": f"Earlier [{new_token()}]", "issued_at": simulator.now()}
        kept[id_] = (owner, first.model_copy(update=own))


@pytest.mark.parametrize("count", [1, 3, 9, 10, 11, 30, 40, 50, 100, 120])
def test_an_account_of_any_size_is_settled(count: int) -> None:
    simulator = RECORD.simulator()
    issuer = connect(RECORD, simulator, as_it_is)
    _batches(simulator, count)
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=False))
    (lost,) = issuer.issue([RECORD.request(1)]).unknown
    simulator.advance(SETTLED)
    settled = issuer.reconcile(lost)
    assert isinstance(settled, Rejected), settled
    assert settled.reason.code == "never_issued"


@pytest.mark.parametrize("cap", [7, 39, 40, 41, 50, 64])
@pytest.mark.parametrize("order", ["oldest first", "newest first", "none"])
@pytest.mark.parametrize("later", [0, 70])
def test_a_list_that_is_cut_at_any_number(cap: int, order: str, later: int, tmp_path: Path) -> None:
    simulator, request = RECORD.simulator(), RECORD.request(1)

    def edit(received: Received, body: Any) -> None:
        if received.method == "GET" and received.target.endswith("/credentials"):
            key = "batchId" if order == "none" else "issuedAt"
            listed = sorted(body["data"], key=lambda one: str(one[key])[::-1] if order == "none" else one[key])
            body["data"] = (listed[::-1] if order == "newest first" else listed)[:cap]

    issuer = connect(RECORD, simulator, edit, ledger=tmp_path / "l.db")
    _batches(simulator, 70)
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=True))
    (lost,) = issuer.issue([request]).unknown
    simulator.advance(SETTLED)
    _batches(simulator, 71 + later)
    settled = issuer.reconcile(lost)
    assert not isinstance(settled, Rejected)
    if order == "newest first" and not later:
        assert isinstance(settled, Issued)
    issuer.issue([request])
    assert len(RECORD.truth(simulator, request)) == 1


def test_a_list_oldest_first_settles_when_something_newer_is_in_it() -> None:
    simulator = RECORD.simulator()

    def oldest_first(received: Received, body: Any) -> None:
        if isinstance(body["data"], list):
            body["data"].reverse()

    issuer = connect(RECORD, simulator, oldest_first)
    simulator.faults.add(sandbox.disconnect(RECORD.operation, committed=False))
    (lost,) = issuer.issue([RECORD.request(1)]).unknown
    issuer.issue([RECORD.request(2)])
    simulator.advance(SETTLED)
    doubtful = issuer.reconcile(lost)
    assert isinstance(doubtful, Unknown)
    assert doubtful.reason.code == "listing_incomplete"
    assert not doubtful.needs_person, "it may be settled by looking again"
    issuer.issue([RECORD.request(3)])
    assert isinstance(issuer.reconcile(lost), Rejected)


SENT = datetime(2025, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAR, NEAR, LATER = SENT - SKEW - MINUTE, SENT - MINUTE, SENT + SKEW + 11 * MINUTE


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        ([], True),
        ([FAR], True),
        ([LATER], True),
        ([None], False),
        ([NEAR, FAR], True),
        ([LATER, None, FAR], False),
        ([LATER, FAR, NEAR], False),
        ([FAR, NEAR], False),
        ([FAR, LATER], True),
        ([FAR, LATER, NEAR], False),
        ([SENT + MINUTE, NEAR], True),
        ([LATER + MINUTE, LATER], False),
        ([LATER] * 20, False),
        ([FAR] * 20, False),
        ([SENT] * 12 + [NEAR], False),
        ([SENT] * 12 + [NEAR, FAR], True),
    ],
)
def test_what_a_list_shows_by_its_order(times: Sequence[datetime | None], shown: bool) -> None:
    ticket = Ticket(vendor="record", operation="issueCredentials", token="", sent_at=SENT)
    assert would_show(times, ticket, timedelta(minutes=10)) is shown


FAMILY = [("Ann Lee", "a.lee@people.example"), ("Ann Lee", "A.Lee@people.example")]
NAMES = [("Hans Weiß", "family@people.example"), ("Hans Weiss", "family@people.example")]


@pytest.mark.parametrize("people", [FAMILY, NAMES])
def test_people_whose_keys_fold_together_keep_their_own(people: list[tuple[str, str]]) -> None:
    simulator = RECORD.simulator()

    def turned(received: Received, body: Any) -> None:
        if isinstance(body["data"], dict) and "recipients" in body["data"]:
            body["data"]["recipients"].reverse()

    requests = [IssueRequest("course", Person(*one), reference=one[0] + one[1]) for one in people]
    for one in connect(RECORD, simulator, turned).issue(requests):
        assert isinstance(one, Issued)
        raw: Any = one.credential.raw
        assert (raw.name, raw.email) == (one.request.subject.name, one.request.subject.email)


@pytest.mark.parametrize("people", [FAMILY, NAMES])
def test_people_whose_keys_fold_together_are_unknown_once_the_vendor_has_tidied(people: list[tuple[str, str]]) -> None:
    def tidied(received: Received, body: Any) -> None:
        if isinstance(body["data"], dict):
            for one in body["data"].get("recipients", ()):
                one["name"], one["email"] = one["name"].replace("ß", "ss"), one["email"].lower()

    requests = [IssueRequest("course", Person(*one), reference=one[0] + one[1]) for one in people]
    requests.append(RECORD.request(1))
    first, second, other = connect(RECORD, RECORD.simulator(), tidied).issue(requests)
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert isinstance(other, Issued)


# --- Beltic --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [LedgerBusy("in use elsewhere"), OSError("gone"), ZeroDivisionError()])
def test_a_change_that_cannot_be_written_down_was_made_all_the_same(
    tmp_path: Path, fault: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    issuer = connect(BELTIC, BELTIC.simulator(), as_it_is, ledger=tmp_path / "l.db")
    (one,) = issuer.issue([BELTIC.request(1)]).issued

    def fail(*_: object) -> bool:
        raise fault

    monkeypatch.setattr(issuer.ledger, "refresh", fail)
    assert issuer.revoke(one.credential).status is CredentialStatus.REVOKED
    assert f"could not be written down: {type(fault).__name__}" in caplog.text
    assert issuer.get(one.credential).status is CredentialStatus.REVOKED


@pytest.mark.parametrize(
    ("sent", "now"),
    [
        ({"id": "did:example:acmee"}, {"id": "did:example:acme"}),
        ({"id": None}, {"id": "did:example:acme"}),
        ({"id": "did:example:a", "name": "Acme Limited"}, {"id": "did:example:b", "name": "Acme Ltd"}),
    ],
)
def test_a_subject_whose_id_was_corrected_is_looked_for_under_others(
    sent: dict[str, Any], now: dict[str, Any], tmp_path: Path
) -> None:
    """With a reference it is the same intent, whatever the id is now; Beltic lists by the id."""
    simulator, request = BELTIC.simulator(), BELTIC.request(1)
    subject: Any = request.subject
    firm = replace(subject, registration_number="111")
    issuer = connect(BELTIC, simulator, as_it_is, ledger=tmp_path / "l.db")
    simulator.faults.add(sandbox.disconnect(BELTIC.operation, committed=True))
    assert issuer.issue([replace(request, subject=replace(firm, **sent))]).unknown
    corrected = replace(request, subject=replace(firm, **now))
    simulator.advance(SETTLED)
    issuer.issue([BELTIC.request(2), replace(request, subject=firm, reference="another")])
    settled = issuer.reconcile(issuer.issue([corrected])[0])
    assert isinstance(settled, Unknown)
    assert settled.needs_person
    assert isinstance(issuer.issue([corrected])[0], Unknown)
    assert len(simulator.state.credentials) == 3


def test_what_is_about_others_hides_nobody(tmp_path: Path) -> None:
    """Credentials of the time of the send: of another name, or known to be another request's."""
    simulator, request = BELTIC.simulator(), BELTIC.request(1)
    issuer = connect(BELTIC, simulator, as_it_is, ledger=tmp_path / "l.db")
    simulator.faults.add(sandbox.disconnect(BELTIC.operation, committed=False))
    lost = issuer.issue([request])[0]
    assert issuer.issue([replace(request, reference="another", subject=replace(request.subject, id="another"))]).issued
    connect(BELTIC, simulator, as_it_is).issue([replace(BELTIC.request(2), reference="elsewhere")])
    simulator.advance(SETTLED)
    assert isinstance(issuer.reconcile(lost), Rejected)
    assert issuer.issue([request]).issued


def test_intents_that_differ_in_when_they_end_are_not_swapped() -> None:
    simulator = BELTIC.simulator()
    ends: list[datetime | timedelta] = [timedelta(days=400), datetime(2040, 1, 1, tzinfo=UTC), timedelta(days=30)]
    requests = [replace(BELTIC.request(1), expires=one, reference=f"end-{at}") for at, one in enumerate(ends)]
    simulator.faults.add(sandbox.disconnect(BELTIC.operation, committed=True))
    issuer = connect(BELTIC, simulator, as_it_is)
    unknown = list(issuer.issue(requests).unknown)
    sent_at = unknown[0].ticket.sent_at
    for one in issuer.reconcile(unknown):
        assert isinstance(one, Issued)
        asked = one.request.expires
        assert asked is not None
        wanted = sent_at + asked if isinstance(asked, timedelta) else asked
        told = one.credential.expires_at
        assert told is not None
        assert abs(told - wanted) < timedelta(seconds=1)


def test_a_credential_that_ends_at_another_time_is_not_certainly_the_one() -> None:
    simulator = BELTIC.simulator()
    simulator.faults.add(sandbox.disconnect(BELTIC.operation, committed=True))
    issuer = connect(BELTIC, simulator, everywhere("expires_at", lambda _: "2031-01-01T00:00:00Z"))
    (lost,) = issuer.issue([BELTIC.request(1)]).unknown
    simulator.advance(SETTLED)
    settled = issuer.reconcile(lost)
    assert isinstance(settled, Unknown)
    assert settled.needs_person


ENDLESS = [
    timedelta.max,
    timedelta.min,
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
    datetime(2030, 1, 1),
]


@pytest.mark.parametrize("expires", ENDLESS)
@pytest.mark.parametrize("case", [BELTIC, NCHAIN], ids=lambda case: case.name)
def test_an_end_beyond_the_calendar_is_refused_alone(case: Case, expires: datetime | timedelta) -> None:
    simulator = case.simulator()
    issuer = connect(case, simulator, as_it_is)
    requests = [case.request(1), replace(case.request(2), expires=expires), case.request(3)]
    first, second, third = issuer.issue(requests)
    assert isinstance(first, Issued)
    assert isinstance(third, Issued)
    assert isinstance(second, Rejected)
    assert second.reason.code == "invalid_request"
    assert "expires" in second.reason.message
    assert issuer.check(requests[1]) == second.reason


# --- DIDX ----------------------------------------------------------------------------------------------------------------

BY_NAME = Template("tpl_6421a8905c17830c188e2e2f", subject={"name": "fullName"}, extra={"identifier": "username"})
CLAIMS = {"programmeName": "Welding", "completionDate": "2025-06-30"}


def _kinds(simulator: Simulator[Any], **settings: Any) -> tuple[Any, list[str]]:
    """An issuer, and by what it names the holders of wallets."""
    sent: list[str] = []

    def handle(received: Received) -> Reply:
        if b"identifierType" in received.content:
            sent.append(json.loads(received.content)["identifierType"])
        return simulator.handle(received)

    given = {**DIDX.settings(simulator), "transport": StubTransport(handle), "clock": simulator.client_clock}
    return credkit.connect("didx", **{**given, "templates": {}, "max_attempts": 1, **settings}), sent


def test_an_offer_goes_to_whom_the_template_of_its_request_names() -> None:
    issuer, sent = _kinds(DIDX.simulator())
    for template in (BY_NAME, replace(BY_NAME, extra={})):
        issuer.issue([IssueRequest(template, DIDX.request(1).subject, claims=CLAIMS)], deliver="wallet")
    assert sent == ["username", "externalIdentifier"]


def test_an_offer_is_handed_over_later_as_at_first() -> None:
    simulator, request = DIDX.simulator(), DIDX.request(1)
    issuer, sent = _kinds(simulator, templates={"course": BY_NAME})
    (one,) = issuer.issue([replace(request, template="course")], deliver="wallet").issued
    issuer.deliver(one.credential, "wallet", to=request.subject)
    assert sent == ["username", "username"]
    again = [Issued(one.request, replace(one.credential, template=None, offer=None))] * 2
    send = Send(token="ck-aaaabbbbccccdddd", label="", sent_at=SENT, deliver=credkit.Channel.WALLET)
    handed = issuer.run(issuer.adapter.hand_over(again, send))
    assert [one.request for one in handed] == [one.request] * 2
    assert sent == ["username"] * 4, "what a cohort's resume does"


def test_an_offer_whose_holder_could_be_another_is_not_handed_over() -> None:
    simulator, request = DIDX.simulator(), DIDX.request(1)
    issuer, sent = _kinds(simulator, templates={"course": BY_NAME})
    (one,) = issuer.issue([replace(request, template="course")]).issued
    bare = issuer.get(one.credential.id)
    unconfigured, _ = _kinds(simulator)
    twofold, _ = _kinds(simulator, templates={"a": BY_NAME, "b": replace(BY_NAME, extra={})})
    for asked, credential in ((issuer, bare), (unconfigured, one.credential), (twofold, one.credential)):
        with pytest.raises(credkit.InvalidArgument, match="externalIdentifier"):
            asked.deliver(credential, "wallet", to=request.subject)
    assert sent == []
    told = issuer.deliver(replace(bare, template=one.credential.template), "wallet", to=request.subject)
    assert told.delivery is not None
    assert sent == ["username"]
