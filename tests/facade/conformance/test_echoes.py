"""What a vendor says back of a request is compared with it: an answer that names another subject is nobody's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from credkit import InvalidArgument, Issued, Rejected, Unknown, sandbox
from credkit.ledger import recorded
from credkit.model import IssueRequest, Organisation, Person
from credkit.runtime.testing.received import Received

from .cases import BELTIC, DIDX, NCHAIN, RECORD, Case
from .editing import connect, everywhere


def _swap(answers: Any, name: str) -> None:
    """Gives the first two answers each other's member."""
    first, second, *_ = answers
    first[name], second[name] = second[name], first[name]


# --- nChain --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", ["", "email", "claims"])
def test_offers_that_nchain_answers_for_each_other(left_out: str, tmp_path: Path) -> None:
    """Two offers come back with each other's reference: what they say of their holders tells it, and the list sets it right."""
    simulator, requests = NCHAIN.simulator(), [NCHAIN.request(number) for number in (1, 2, 3)]

    def edit(received: Received, body: Any) -> None:
        if received.method == "POST" and "credentialOffers" in body:
            _swap(body["credentialOffers"], "referenceId")
            for one in body["credentialOffers"]:
                one.pop(left_out, None)

    issuer = connect(NCHAIN, simulator, edit, ledger=tmp_path / "l.db")
    first, second, third = result = issuer.issue(requests)
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert isinstance(third, Issued)
    settled = issuer.reconcile(list(result.unknown))
    assert [[one.credential.id] for one in settled] == [NCHAIN.truth(simulator, one) for one in requests[:2]]


@pytest.mark.parametrize("member", ["email", "claimValue", "credentialId"])
def test_an_offer_that_nchain_keeps_for_somebody_else_is_a_persons_to_judge(member: str) -> None:
    simulator = NCHAIN.simulator()
    (lost,) = connect(NCHAIN, simulator, everywhere(member, lambda _: "somebody")).issue([NCHAIN.request(1)]).unknown
    simulator.advance(7200)
    settled = connect(NCHAIN, simulator, everywhere(member, lambda _: "somebody")).reconcile(lost)
    assert isinstance(settled, Unknown)
    assert settled.reason.code == "ambiguous"
    assert settled.needs_person


def test_what_nchain_tidies_is_no_contradiction() -> None:
    def edit(received: Received, body: Any) -> None:
        everywhere("email", lambda text: f" {text.upper()} ")(received, body)
        everywhere("claimValue", lambda text: text.replace(" ", "  ").replace("e\u0301", "é").upper())(received, body)

    people = [Person("Zoe\u0301 Weiß", "zoe@people.example"), Person("Abigail  Low", "low@people.example")]
    requests = [IssueRequest("course", one, reference=one.name) for one in people]
    assert len(connect(NCHAIN, NCHAIN.simulator(), edit).issue(requests).issued) == 2


def test_offers_for_one_holder_that_nchain_answers_for_each_other() -> None:
    """They say the same and end at different times."""
    ends = (timedelta(days=30), timedelta(days=300))
    requests = [replace(NCHAIN.request(1), expires=one, reference=str(one)) for one in ends]
    simulator = NCHAIN.simulator()

    def edit(received: Received, body: Any) -> None:
        if received.method == "POST" and "credentialOffers" in body:
            _swap(body["credentialOffers"], "referenceId")

    assert len(connect(NCHAIN, simulator, edit).issue(requests).unknown) == 2
    day = everywhere("expirationDate", lambda text: f"{text[:10]}T00:00:00Z")
    assert len(connect(NCHAIN, simulator, day).issue(requests).issued) == 2


# --- Beltic --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["name", "registration_number"])
def test_credentials_that_beltic_answers_for_each_other(member: str) -> None:
    """Without ids of the subjects, what else is said of them tells it."""
    firms = [
        Organisation("Acme Ltd", registration_number="111", jurisdiction="GB"),
        Organisation("Acme Ltd" if member != "name" else "Globex Ltd", registration_number="222", jurisdiction="GB"),
    ]
    requests = [replace(BELTIC.request(at), subject=one) for at, one in enumerate(firms)]

    def edit(received: Received, body: Any) -> None:
        if "results" in body:
            _swap(body["results"], "correlation_id")
            for one in body["results"]:
                one["credential"]["subject"] = {member: one["credential"]["subject"][member]}

    simulator = BELTIC.simulator()
    assert len(connect(BELTIC, simulator, edit).issue(requests).unknown) == 2
    honest = connect(BELTIC, simulator, lambda received, body: None).issue(requests)
    assert len(honest.issued) == 2


@pytest.mark.parametrize(
    "changes",
    [
        ({"claims": {"kyb_status": "approved"}}, {"claims": {"kyb_status": "rejected"}}),
        ({"claims": {"kyb_status": "approved"}}, {"claims": {"kyb_status": "approved", "jurisdiction": "US-DE"}}),
        ({"expires": timedelta(days=30)}, {"expires": timedelta(days=300)}),
        ({"expires": None}, {"expires": timedelta(days=30)}),
    ],
)
@pytest.mark.parametrize("id_", ["organisation-1", None])
def test_credentials_about_one_subject_that_beltic_answers_for_each_other(
    id_: str | None, changes: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path
) -> None:
    """What they say and when they end tells it, for both of them."""
    first = BELTIC.request(1)
    subject = replace(first.subject, id=id_)
    requests = [replace(first, subject=subject, reference=f"enrol-{at}", **one) for at, one in enumerate(changes)]
    simulator = BELTIC.simulator()

    def edit(received: Received, body: Any) -> None:
        if "results" in body:
            _swap(body["results"], "correlation_id")

    issuer = connect(BELTIC, simulator, edit, ledger=tmp_path / "l.db")
    assert len(issuer.issue(requests).unknown) == 2
    claims = [one.credential.claims.kyb_status for one in simulator.state.credentials.values()]
    assert len(claims) == 2
    for one in issuer.reconcile(list(issuer.issue(requests).unknown)):
        assert not isinstance(one, Rejected)
        assert isinstance(one, Unknown) or one.credential.raw.claims.kyb_status == one.request.claims["kyb_status"]

    def tidying(received: Received, body: Any) -> None:
        everywhere("kyb_status", lambda text: f" {text.upper()} ")(received, body)

    others = [replace(one, reference=f"other-{at}") for at, one in enumerate(requests)]
    assert len(connect(BELTIC, simulator, tidying).issue(others).issued) == 2, "what is tidied is no contradiction"


# --- Record --------------------------------------------------------------------------------------------------------------


def test_a_batch_of_another_send_answers_nobody(tmp_path: Path) -> None:
    """The same people are in it: a programme's second cohort, whose answer is the one to the first, kept by something in between."""
    simulator, kept = RECORD.simulator(), []
    request = RECORD.request(1)

    def edit(received: Received, body: Any) -> Any:
        if received.method != "POST":
            return None
        kept.append(body)
        return kept[0]

    issuer = connect(RECORD, simulator, edit, ledger=tmp_path / "l.db")
    assert issuer.issue([request]).issued
    (again,) = issuer.issue([replace(request, reference="another")])
    assert isinstance(again, Unknown)
    settled = issuer.reconcile(again)
    assert isinstance(settled, Issued)
    assert settled.credential.id == RECORD.truth(simulator, request)[1]


@pytest.mark.parametrize("answers", ["POST", "GET"])
def test_one_id_for_two_people_is_nobodys(answers: str, tmp_path: Path) -> None:
    simulator, requests = RECORD.simulator(), [RECORD.request(number) for number in (1, 2, 3)]

    def edit(received: Received, body: Any) -> None:
        if isinstance(body["data"], dict) and received.method in (answers, "POST"):
            first, second, _ = body["data"]["recipients"]
            first["recipientId"] = second["recipientId"]

    issuer = connect(RECORD, simulator, edit, ledger=tmp_path / "l.db")
    first, second, third = result = issuer.issue(requests)
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert isinstance(third, Issued)
    simulator.advance(7200)
    settled = issuer.reconcile(list(result.unknown))
    if answers == "GET":
        assert [one.reason.code for one in settled] == ["ambiguous", "ambiguous"]
    else:
        assert [[one.credential.id] for one in settled] == [RECORD.truth(simulator, one) for one in requests[:2]]


# --- all of them -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "member"),
    [(NCHAIN, "credentialId"), (BELTIC, "credential_type"), (RECORD, "programId")],
    ids=lambda one: one.name if isinstance(one, Case) else one,
)
def test_another_template_than_the_one_that_was_asked_for(case: Case, member: str) -> None:
    simulator = case.simulator()
    (lost,) = connect(case, simulator, everywhere(member, lambda _: "person")).issue([case.request(1)])
    assert isinstance(lost, Unknown)
    simulator.advance(7200)
    settled = connect(case, simulator, everywhere(member, lambda _: "person")).reconcile(lost)
    assert not isinstance(settled, Issued | Rejected), "nor is it said that there is none"
    assert isinstance(connect(case, simulator, lambda received, body: None).reconcile(lost), Issued)


@pytest.mark.parametrize(
    ("case", "member"),
    [(NCHAIN, "credentialId"), (BELTIC, "credential_type"), (RECORD, "programId")],
    ids=lambda one: one.name if isinstance(one, Case) else one,
)
def test_an_id_that_somebody_names_is_of_the_template_that_was_asked_for(
    case: Case, member: str, tmp_path: Path
) -> None:
    simulator = case.simulator()
    simulator.faults.add(sandbox.disconnect(case.operation, committed=True))
    honest = connect(case, simulator, lambda received, body: None, ledger=tmp_path / "l.db")
    (lost,) = honest.issue([case.request(1)])
    (id_,) = case.truth(simulator, case.request(1))
    batch = [*simulator.state.batches.values()][-1][1].batch_id if case is RECORD else None
    issuer = connect(case, simulator, everywhere(member, lambda _: "person"), ledger=tmp_path / "l.db")
    assert issuer.reconcile(lost.known_as(id_, batch_id=batch)).reason.code == "ambiguous"
    decided: dict[str, Any] = {"issued": id_, "batch_id": batch, "by": "ada", "why": "seen"}
    (entry,) = honest.ledger.unsettled()
    with pytest.raises(InvalidArgument, match="another template"):
        issuer.run(recorded.decide(issuer.adapter, issuer.ledger, entry, **decided))
    settled = honest.run(recorded.decide(honest.adapter, honest.ledger, entry, **decided))
    assert settled.credential is not None


@pytest.mark.parametrize("ledger", [False, True])
@pytest.mark.parametrize("case", [DIDX, NCHAIN, BELTIC], ids=lambda case: case.name)
def test_one_answer_to_two_sends_is_one_credential(case: Case, ledger: bool, tmp_path: Path) -> None:
    """Something in between gives everybody the first answer; the second holder is not handed the first one's offer."""
    simulator, kept = case.simulator(), []

    def edit(received: Received, body: Any) -> Any:
        if received.method != "POST" or simulator.log[-1].operation != case.operation:
            return None
        kept.append(body)
        return kept[0]

    more = {"ledger": tmp_path / "l.db"} if ledger else {}
    issuer = connect(case, simulator, edit, batch_size=1, concurrency=1, **more)
    first, second = issuer.issue([case.request(1), replace(case.request(1), reference="another")])
    assert isinstance(first, Issued)
    assert isinstance(second, Unknown)
    assert second.ticket.ended_at is not None
