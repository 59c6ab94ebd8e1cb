"""Whatever a vendor answers, nothing is guessed: Issued names what the vendor keeps for that request, Rejected has nothing there."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import credkit
from credkit import Issued, Rejected, Unknown, sandbox
from credkit.adapters.record import RecordAdapter
from credkit.model import IssueRequest
from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.runtime.testing.transport import StubTransport
from credkit.sandbox.simulator import Simulator

from .cases import BELTIC, CASES, NCHAIN, RECORD, Case

MORE = 20 if os.environ.get("CREDKIT_SOAK") else 1
LISTS: dict[str, list[tuple[str, ...]]] = {"record": [("data", "recipients")], "beltic": [("results",)]}
LISTS["nchain"] = [("credentialOffers",), ("failedCredentialOffers",)]
IDS = {"record": "recipientId", "beltic": "correlation_id", "nchain": "referenceId"}


def _issuer(case: Case, simulator: Simulator[Any], edit: Any) -> credkit.Issuer[Any]:
    """An issuer whose answers to issuing are edited on the way."""

    def handle(received: Received) -> Reply:
        before = sum(entry.operation == case.operation for entry in simulator.log)
        reply = simulator.handle(received)
        if sum(entry.operation == case.operation for entry in simulator.log) == before:
            return reply
        body = json.loads(reply.content)
        changed = edit(body)
        return replace(reply, content=json.dumps(body if changed is None else changed).encode())

    clock = simulator.client_clock
    given: Any = {**case.settings(simulator), "transport": StubTransport(handle), "clock": clock, "max_attempts": 1}
    return credkit.connect(case.name, **given)


def _honest(case: Case, simulator: Simulator[Any], requests: list[IssueRequest], result: credkit.IssueResult) -> None:
    assert [one.request for one in result] == requests
    for one in result:
        kept = case.truth(simulator, one.request)
        match one:
            case Issued(credential=credential):
                assert kept == [credential.id]
            case Rejected():
                assert kept == []
            case Unknown():
                pass


def _place(case: Case, body: Any, which: int = 0) -> list[Any]:
    for name in LISTS[case.name][which]:
        body = body[name]
    found: list[Any] = body
    return found


BATCHED = [case for case in CASES if case.batches]
EDITS: dict[str, Any] = {
    "fewer": lambda items, key: items.pop(1),
    "none": lambda items, key: items.clear(),
    "more": lambda items, key: items.append({**copy.deepcopy(items[0]), key: "somebody-else"}),
    "turned round": lambda items, key: items.reverse(),
    "one twice": lambda items, key: items.append(copy.deepcopy(items[0])),
    "one instead of another": lambda items, key: items.__setitem__(1, copy.deepcopy(items[0])),
    "an item of another type": lambda items, key: items.__setitem__(1, 7),
    "an empty item": lambda items, key: items.__setitem__(1, {}),
    "an id lost": lambda items, key: items[1].pop(key),
    "an id of another type": lambda items, key: items[1].__setitem__(key, 7),
    "all ids lost, turned round": lambda items, key: (items.reverse(), [item.pop(key) for item in items]),
}


CERTAIN = {(case.name, "turned round") for case in BATCHED}
CERTAIN |= {("record", "one twice"), ("beltic", "an id lost")}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("case", BATCHED, ids=lambda case: case.name)
def test_answers_that_do_not_fit(case: Case, edit: str) -> None:
    simulator = case.simulator()
    issuer = _issuer(case, simulator, lambda body: EDITS[edit](_place(case, body), IDS[case.name]) and None)
    requests = [case.request(number) for number in range(1, 5)]
    result = issuer.issue(requests)
    _honest(case, simulator, requests, result)
    assert not result.rejected
    if (case.name, edit) in CERTAIN:
        assert len(result.issued) == 4, "what is certain is not thrown away"
    assert all(isinstance(one, Issued) for one in issuer.reconcile(list(result.unknown)))


@pytest.mark.parametrize("case", BATCHED, ids=lambda case: case.name)
@settings(max_examples=40 * MORE)
@given(data=st.data())
def test_any_mixture_of_mistakes(case: Case, data: st.DataObject) -> None:
    simulator = case.simulator()
    odd: st.SearchStrategy[Any] = st.sampled_from([7, None, True, [], {}])

    def edit(body: Any) -> None:
        for which in range(len(LISTS[case.name])):
            items = _place(case, body, which)
            order = data.draw(st.lists(st.integers(0, max(0, len(items) - 1)), max_size=6)) if items else []
            changed = [copy.deepcopy(items[at]) for at in order]
            for item in changed:
                for name in data.draw(st.lists(st.sampled_from(sorted(item)), max_size=2, unique=True)):
                    if data.draw(st.booleans()):
                        item[name] = data.draw(odd)
                    else:
                        del item[name]
            items[:] = data.draw(st.permutations(changed))

    refused = case.refused() if case.refused else IssueRequest("course", credkit.Person("Canary Name 900"))
    requests = [case.request(1), case.request(2), refused, case.request(3)]
    result = _issuer(case, simulator, edit).issue(requests)
    _honest(case, simulator, requests, result)


@settings(max_examples=25 * MORE)
@given(body=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=8))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_any_json_at_all(case: Case, body: Any) -> None:
    simulator = case.simulator()
    requests = [case.request(1), case.request(2)]
    result = _issuer(case, simulator, lambda _: {"success": True, "message": "", "data": body}).issue(requests)
    _honest(case, simulator, requests, result)
    assert len(result.unknown) == 2


@pytest.mark.parametrize("error", [{"code": "database_error"}, {"code": "something_new"}, {"code": "conflict"}, {}])
def test_a_failure_inside_of_the_vendor_is_not_a_refusal(error: dict[str, str]) -> None:
    simulator = BELTIC.simulator()

    def edit(body: Any) -> None:
        body["results"][0] = {
            "error": error,
            "correlation_id": body["results"][0]["correlation_id"],
        }

    first, second = _issuer(BELTIC, simulator, edit).issue([BELTIC.request(1), BELTIC.request(2)])
    assert isinstance(first, Unknown)
    assert isinstance(second, Issued)


@pytest.mark.parametrize("order", [[0, 1, 0, 2], [0, 1, 3, 2], [0, 1, 2, 2]])
def test_a_refusal_that_does_not_say_whose_it_is_refuses_nobody(order: list[int]) -> None:
    """Beltic refuses the third of four. Its refusal comes in the fourth's place, without the id that it should echo."""
    simulator = BELTIC.simulator()

    def edit(body: Any) -> None:
        body["results"] = [copy.deepcopy(body["results"][at]) for at in order]
        for one in body["results"][2:]:
            del one["correlation_id"]

    assert BELTIC.refused is not None
    requests = [BELTIC.request(1), BELTIC.request(2), BELTIC.refused(), BELTIC.request(3)]
    result = _issuer(BELTIC, simulator, edit).issue(requests)
    _honest(BELTIC, simulator, requests, result)
    assert isinstance(result[3], Unknown)


def test_an_asynchronous_answer_is_unknown() -> None:
    issuer = _issuer(BELTIC, BELTIC.simulator(), lambda body: {"job_id": "job_1", "status": "queued"})
    assert isinstance(issuer.issue([BELTIC.request(1)])[0], Unknown)


# --- looking up -----------------------------------------------------------------------------------------------------------


def _lost(case: Case, requests: list[IssueRequest]) -> tuple[Simulator[Any], credkit.Issuer[Any], list[Unknown]]:
    simulator = case.simulator()
    issuer = _issuer(case, simulator, lambda body: [])
    return simulator, issuer, list(issuer.issue(requests).unknown)


def test_like_ones_are_told_apart_together_or_not_at_all() -> None:
    """Two requests for the same person are interchangeable: together they get one each, alone neither gets a guess."""
    for case in (RECORD, BELTIC):
        twice = [replace(case.request(1), reference=name) for name in ("first", "second")]
        simulator, issuer, unknown = _lost(case, twice)
        kept = case.truth(simulator, twice[0])
        together = issuer.reconcile(unknown)
        assert sorted(one.credential.id for one in together if isinstance(one, Issued)) == sorted(kept)
        alone = issuer.reconcile(unknown[0])
        assert isinstance(alone, Unknown)
        assert alone.needs_person
        rest = issuer.reconcile(unknown[1], known={kept[0]})
        assert isinstance(rest, Issued)
        assert rest.credential.id == kept[1]


def test_beltic_does_not_take_an_older_credential_for_the_lost_one() -> None:
    simulator = BELTIC.simulator()
    issuer = _issuer(BELTIC, simulator, lambda body: None)
    old = issuer.issue([BELTIC.request(1)]).issued[0].credential
    simulator.advance(days=300)
    simulator.faults.add(sandbox.disconnect(BELTIC.operation, committed=False))
    (lost,) = issuer.issue([replace(BELTIC.request(1), reference="next year")]).unknown
    simulator.advance(3600)
    doubtful = issuer.reconcile(lost)
    assert isinstance(doubtful, Unknown), "the clocks may differ: an equal credential is a person's to judge"
    assert doubtful.needs_person
    settled = issuer.reconcile(lost, known={old.id})
    assert isinstance(settled, Rejected)


def test_beltic_that_writes_a_claim_differently_is_not_one_that_issued_nothing() -> None:
    simulator, issuer, (lost,) = _lost(BELTIC, [BELTIC.request(1)])
    (id_,) = BELTIC.truth(simulator, BELTIC.request(1))
    kept = simulator.state.credentials[id_]
    claims = kept.credential.claims.model_copy(update={"kyb_status": "APPROVED"})
    simulator.state.credentials[id_] = replace(kept, credential=kept.credential.model_copy(update={"claims": claims}))
    simulator.advance(3600)
    settled = issuer.reconcile(lost)
    assert isinstance(settled, Unknown)
    assert settled.needs_person


def _listing(case: Case, simulator: Simulator[Any], operation: str, edit: Any) -> credkit.Issuer[Any]:
    """An issuer whose lists are edited."""

    def handle(received: Received) -> Reply:
        reply = simulator.handle(received)
        latest = list(simulator.log)
        newest = max(latest, key=lambda entry: entry.at)
        if newest.operation != operation:
            return reply
        body = json.loads(reply.content)
        edit(body)
        return replace(reply, content=json.dumps(body).encode())

    given: Any = {**case.settings(simulator), "transport": StubTransport(handle), "clock": simulator.client_clock}
    return credkit.connect(case.name, **given)


@pytest.mark.parametrize(
    ("case", "operation", "hide"),
    [
        (BELTIC, "listCredentials", lambda body: body["items"].clear()),
        (NCHAIN, "listCredentialOffers", lambda body: body["data"].clear()),
    ],
    ids=["beltic", "nchain"],
)
def test_a_list_that_is_not_whole_settles_nothing(case: Case, operation: str, hide: Any) -> None:
    """The vendor counts more entries than it lists."""
    simulator, _, unknown = _lost(case, [case.request(1)])
    simulator.advance(3600)
    (settled,) = _listing(case, simulator, operation, hide).reconcile(unknown)
    assert isinstance(settled, Unknown)
    assert settled.reason.code == "listing_incomplete"


def test_a_round_number_of_batches_may_not_be_all() -> None:
    simulator, _, (lost,) = _lost(RECORD, [RECORD.request(1)])

    def capped(body: Any) -> None:
        oldest = min(body["data"], key=lambda batch: batch["issuedAt"])
        body["data"] = [{**oldest, "batchId": f"batch_{number}"} for number in range(100)]

    simulator.advance(3600)
    settled = _listing(RECORD, simulator, "listCredentialBatches", capped).reconcile(lost)
    assert isinstance(settled, Unknown)
    assert settled.reason.code == "listing_incomplete"

    def straddling(body: Any) -> None:
        capped(body)
        body["data"][0] = {**body["data"][0], "issuedAt": "2030-01-01T00:00:00Z"}

    settled = _listing(RECORD, simulator, "listCredentialBatches", straddling).reconcile(lost)
    assert isinstance(settled, Rejected), "a list from before until after the send would have it"


def test_somebody_missing_from_a_batch_is_not_quite_never_issued() -> None:
    """As long as somebody else in the batch could be this one under another spelling."""
    simulator, issuer, unknown = _lost(RECORD, [RECORD.request(1), RECORD.request(2)])
    batch_id = next(reversed(simulator.state.batches))
    owner, batch = simulator.state.batches[batch_id]
    changed = batch.recipients[1].model_copy(update={"email": "another@people.example"})
    simulator.state.batches[batch_id] = (
        owner,
        batch.model_copy(update={"recipients": [batch.recipients[0], changed]}),
    )
    simulator.advance(3600)
    first, second = issuer.reconcile(unknown)
    assert isinstance(first, Issued)
    assert isinstance(second, Unknown)
    assert second.needs_person
    simulator.state.batches[batch_id] = (owner, batch.model_copy(update={"recipients": [batch.recipients[0]]}))
    _, second = issuer.reconcile(unknown)
    assert isinstance(second, Rejected), "the batch has one, and it is the other one"


def test_a_crash_before_the_answer_is_settled_from_the_attempt_alone() -> None:
    """What a ledger knows after a crash: token, label, time and places."""
    from credkit.adapters.base import Send

    for case in (RECORD, NCHAIN, BELTIC):
        simulator = case.simulator()
        issuer = _issuer(case, simulator, lambda body: None)
        now = simulator.now()
        send = Send(
            token="ck-aaaabbbbccccdddd",
            label="A label that is rather long, longer than a collection's name",
            sent_at=now,
        )
        requests = [case.request(1), case.request(2)]
        issuer.run(issuer.adapter.issue(requests, send))
        tickets = [issuer.adapter.ticket(send, position, 2) for position in range(2)]
        reason = credkit.Reason("answer_lost", "a crash")
        settled = issuer.reconcile(
            [Unknown(one, ticket, reason) for one, ticket in zip(requests, tickets, strict=True)]
        )
        assert all(
            isinstance(one, Issued) and case.truth(simulator, one.request) == [one.credential.id] for one in settled
        )


def test_the_collection_of_a_send_is_its_own() -> None:
    """A ledger knows of a send without an answer its token and the template's id: the offers have to be found from these."""
    from credkit.model import Person, Template

    request = NCHAIN.request(1)
    extra = {"collection_id": "123e4567-e89b-12d3-a456-426614174001"}
    template = Template("exampleCredential", subject={"name": "fullName"}, extra=extra)
    issuer = _issuer(NCHAIN, NCHAIN.simulator(), lambda body: [])
    reason = issuer.check(replace(request, template=template))
    assert reason is not None
    assert "collection_id" in reason.message, "refused, and not left out in silence"
    [unknown] = issuer.issue([request]).unknown
    bare = replace(unknown.ticket, batch_id=None)
    [settled] = issuer.reconcile([Unknown(IssueRequest("exampleCredential", Person("")), bare, unknown.reason)])
    assert isinstance(settled, Issued)


def test_adapters_are_plain_values() -> None:
    assert RecordAdapter() == RecordAdapter()
    with pytest.raises(credkit.ConfigurationError):
        RecordAdapter(concurrency=0)


# --- lists that cannot be read ----------------------------------------------------------------------------------------------

LISTINGS = {
    "record": {"listCredentialBatches", "getCredentialBatch"},
    "beltic": {"listCredentials"},
    "nchain": {"listCredentialOffers", "listCredentialOfferCollections"},
}


def _spoil(data: st.DataObject, value: Any, depth: int = 0) -> Any:
    """A value with something in it that is missing, of another type or another text. Entries of lists keep their number, and ids their
    text: a vendor that lies consistently is believed."""
    if isinstance(value, dict) and value and depth < 6:
        name = data.draw(st.sampled_from(sorted(value)))
        how = data.draw(st.sampled_from(["deeper", "deeper", "gone", "odd"]))
        if how == "gone":
            return {key: member for key, member in value.items() if key != name}
        if how == "odd":
            odd: list[Any] = [7, None, True, {}] if name.lower().endswith("id") else [7, None, True, {}, "odd"]
            return {**value, name: data.draw(st.sampled_from(odd))}
        return {**value, name: _spoil(data, value[name], depth + 1)}
    if isinstance(value, list) and value:
        at = data.draw(st.integers(0, len(value) - 1))
        return [*value[:at], _spoil(data, value[at], depth + 1), *value[at + 1 :]]
    return data.draw(st.sampled_from([7, None, {}, True]))


@pytest.mark.parametrize("case", BATCHED, ids=lambda case: case.name)
@settings(max_examples=60 * MORE)
@given(data=st.data())
def test_a_list_with_mistakes_never_says_never(case: Case, data: st.DataObject) -> None:
    """What was issued is found or left unknown, and never said to be nowhere, whatever is wrong with the lists."""
    requests = [case.request(1), case.request(2)]
    simulator, _, unknown = _lost(case, requests)
    simulator.advance(7200)
    if data.draw(st.booleans()):  # a crash: not even the collection is known
        unknown = [replace(one, ticket=replace(one.ticket, batch_id=None)) for one in unknown]

    def handle(received: Received) -> Reply:
        reply = simulator.handle(received)
        newest = max(list(simulator.log), key=lambda entry: entry.at)
        if newest.operation not in LISTINGS[case.name]:
            return reply
        return replace(reply, content=json.dumps(_spoil(data, json.loads(reply.content))).encode())

    given_: Any = {**case.settings(simulator), "transport": StubTransport(handle), "clock": simulator.client_clock}
    try:
        settled = credkit.connect(case.name, max_attempts=1, concurrency=1, **given_).reconcile(unknown)
    except credkit.ApiError:
        return  # it says that it could not look, and nothing is settled
    for one in settled:
        assert not isinstance(one, Rejected)
        assert not isinstance(one, Issued) or case.truth(simulator, one.request) == [one.credential.id]
