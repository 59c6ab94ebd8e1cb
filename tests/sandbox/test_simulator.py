"""What all simulators share."""

from __future__ import annotations

import copy

import pytest

import credkit.runtime as runtime
from credkit import sandbox
from credkit.runtime.drift import Drift
from credkit.runtime.pointers import find
from credkit.runtime.testing import FakeClock
from credkit.sandbox.document import Document
from credkit.sandbox.testing import send
from credkit.sandbox.vendors.record import RecordSimulator
from credkit_record import Record, credentials, models

PROGRAM = "prog_1779172339924_j3pr93"
PATH = "/api/external/issuance/credentials"
BODY = {"programId": PROGRAM, "batchName": "May", "recipients": [{"name": "Alice", "email": "alice@example.com"}]}


@pytest.fixture
def vendor() -> RecordSimulator:
    return sandbox.record()


def issue(vendor: RecordSimulator, clock: FakeClock | None = None) -> models.CredentialBatch:
    client = Record(token=vendor.key, transport=vendor, clock=clock or FakeClock())
    recipients = [models.RecipientInput(name="Alice", email="alice@example.com")]
    return client.credentials.issue(program_id=PROGRAM, batch_name="May", recipients=recipients)


def batches(vendor: RecordSimulator) -> int:
    return len(vendor.state.batches) - 1


def test_strict_mode_says_which_pointer_and_why(vendor: RecordSimulator) -> None:
    body = {**BODY, "recipients": [{"name": "Alice", "email": 7}]}
    answer = send(vendor, "POST", PATH, json=body)
    assert answer.status == 400
    assert answer.headers["x-credkit-sandbox"] == "refused"
    problems = answer.json["error"]["problems"]
    assert [(one["in"], one["pointer"]) for one in problems] == [("body", "/recipients/0/email")]
    assert "string" in problems[0]["reason"]
    assert batches(vendor) == 0
    assert vendor.log[-1].note


@pytest.mark.parametrize(
    ("content", "content_type"), [(b"{", "application/json"), (b"a=b", "application/x-www-form-urlencoded"), (b"", "")]
)
@pytest.mark.parametrize("strict", [True, False])
def test_bodies_that_cannot_be_read(content: bytes, content_type: str, strict: bool) -> None:
    vendor = sandbox.record(strict=strict)
    headers = {"content-type": content_type} if content_type else {}
    assert send(vendor, "POST", PATH, content=content, headers=headers).status == 400
    assert batches(vendor) == 0


def test_lenient_mode_takes_what_the_vendor_would(vendor: RecordSimulator) -> None:
    lenient = sandbox.record(strict=False)
    body = {**BODY, "unknown": True}
    assert send(lenient, "POST", PATH, json=body).status == 200
    assert send(vendor, "POST", PATH, json=body).status == 200, "the document does not forbid other members"
    broken: object
    for broken in ([], "text", 7, None, {"programId": PROGRAM, "batchName": "b", "recipients": "all"}):
        answer = send(lenient, "POST", PATH, json=broken)
        assert answer.status == 400, broken


def test_paths_and_methods_that_are_not_documented(vendor: RecordSimulator) -> None:
    wrong = send(vendor, "DELETE", PATH)
    assert (wrong.status, wrong.headers["allow"]) == (405, "GET, POST")
    assert send(vendor, "GET", "/credentials").status == 404, "the vendor's own path comes first"


def test_no_key_no_answer(vendor: RecordSimulator) -> None:
    answer = send(vendor, "GET", PATH, headers={"authorization": "", "x-api-key": ""})
    assert (answer.status, answer.json["code"]) == (401, "UNAUTHORIZED")


def test_faults_before_the_vendor_acts(vendor: RecordSimulator) -> None:
    vendor.faults.add(sandbox.fail(credentials.ISSUE, 503))
    with pytest.raises(runtime.OutcomeUnknown):
        issue(vendor)
    vendor.faults.add(sandbox.disconnect("issueCredentials", committed=False))
    with pytest.raises(runtime.OutcomeUnknown):
        issue(vendor)
    assert batches(vendor) == 0
    assert [entry.status for entry in vendor.log] == [503, None]


@pytest.mark.parametrize(
    ("name", "path", "code"),
    [
        ("record", "/api/external/issuance/programs", "INTERNAL"),
        ("beltic", "/v1/credentials", "kms_signing_failed"),
        ("didx", "/me-creds/api/templates/credentials", "VALIDATION_ERROR"),
        ("nchain", "/products/web/any/issuer/api/private/credential-offers", "down"),
    ],
)
def test_error_statuses_have_the_vendors_shape_and_code(name: str, path: str, code: str) -> None:
    simulator = sandbox.make(name)
    simulator.faults.add(sandbox.fail(None, 500, code=code))
    answer = send(simulator, "GET", path)
    assert (answer.status, answer.headers["x-credkit-sandbox"]) == (500, "fault")
    assert code in [find(answer.json, pointer) for pointer in simulator.api.error_code]


ERROR = {"type": "object", "required": ["code", "message"]}


def documented(vendor: RecordSimulator, monkeypatch: pytest.MonkeyPatch, **responses: object) -> None:
    """Let the document say other things of the errors of `issueCredentials`."""
    rules = copy.deepcopy({"operations": vendor._document._operations, "$defs": vendor._document._definitions})
    rules["operations"]["issueCredentials"]["responses"] |= {status[1:]: types for status, types in responses.items()}
    monkeypatch.setattr(vendor, "_document", Document(rules))


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["application/problem+json"], "application/problem+json"),
        (["text/html", "application/vnd.record.error+json"], "application/vnd.record.error+json"),
        (["application/problem+json", "application/json"], "application/json"),
        (["application/json; charset=utf-8"], "application/json"),
        (["*/*"], "application/json"),
    ],
)
def test_an_error_has_the_media_type_that_the_document_names_for_the_status(
    vendor: RecordSimulator, monkeypatch: pytest.MonkeyPatch, types: list[str], expected: str
) -> None:
    documented(vendor, monkeypatch, _404=dict.fromkeys(types, ERROR), _503=dict.fromkeys(types, ERROR))
    answer = send(vendor, "POST", PATH, json={**BODY, "programId": "prog_none"})
    assert (answer.status, answer.headers["content-type"], answer.json["code"]) == (404, expected, "NOT_FOUND")
    vendor.faults.add(sandbox.fail(credentials.ISSUE, 503))
    answer = send(vendor, "POST", PATH, json=BODY)
    assert (answer.status, answer.headers["content-type"]) == (503, expected)


def test_a_body_is_checked_under_that_media_type(vendor: RecordSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    documented(vendor, monkeypatch, _404={"application/problem+json": {"required": ["title"]}})
    with pytest.raises(sandbox.SandboxBug, match="title"):
        send(vendor, "POST", PATH, json={**BODY, "programId": "prog_none"})


def test_an_error_that_is_a_text(vendor: RecordSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    documented(vendor, monkeypatch, _404={"text/plain": {"type": "string"}})
    with pytest.raises(sandbox.SandboxBug, match="application/json is not documented"):
        send(vendor, "POST", PATH, json={**BODY, "programId": "prog_none"})
    monkeypatch.setattr(vendor, "error_body", lambda refusal: refusal.message)
    answer = send(vendor, "POST", PATH, json={**BODY, "programId": "prog_none"})
    assert (answer.headers["content-type"], answer.content) == ("text/plain", b"Program not found")


def test_faults_after_the_vendor_has_acted(vendor: RecordSimulator) -> None:
    for fault in (
        sandbox.disconnect(credentials.ISSUE, committed=True),
        sandbox.fail(credentials.ISSUE, 500, committed=True),
        sandbox.half_body(credentials.ISSUE),
    ):
        vendor.faults.add(fault)
        with pytest.raises(runtime.OutcomeUnknown):
            issue(vendor)
    assert batches(vendor) == 3


def test_a_refused_connection_sends_nothing_and_is_tried_again(vendor: RecordSimulator) -> None:
    vendor.faults.add(sandbox.refuse(credentials.ISSUE, times=2))
    issue(vendor)
    assert [entry.status for entry in vendor.log] == [None, None, 200]
    assert batches(vendor) == 1


def test_throttling_is_waited_for(vendor: RecordSimulator) -> None:
    clock = FakeClock()
    vendor.faults.add(sandbox.fail(credentials.ISSUE, 429, retry_after=3, times=2))
    issue(vendor, clock)
    assert len([wait for wait in clock.slept if wait >= 3]) == 2
    assert batches(vendor) == 1


def test_a_wrong_type_is_drift(vendor: RecordSimulator) -> None:
    vendor.faults.add(sandbox.wrong_type(credentials.ISSUE, "/data/recipients/0/name"))
    found: list[Drift] = []
    client = Record(
        token=vendor.key, transport=vendor, hooks=runtime.Hooks(on_drift=lambda event: found.extend(event.drift))
    )
    recipients = [models.RecipientInput(name="Alice", email="alice@example.com")]
    client.credentials.issue(program_id=PROGRAM, batch_name="May", recipients=recipients)
    assert [one.pointer for one in found] == ["/data/recipients/0/name"]


def test_delays_pass_on_the_clients_clock(vendor: RecordSimulator) -> None:
    clock = FakeClock()
    vendor.faults.add(sandbox.delay(credentials.ISSUE, 12))
    issue(vendor, clock)
    assert clock.slept == [12]


def test_faults_strike_in_order_and_as_often_as_asked(vendor: RecordSimulator) -> None:
    vendor.faults.add(sandbox.fail(None, 503, after=1, times=2))
    vendor.faults.add(sandbox.fail("listPrograms", 418))
    got = [send(vendor, "GET", "/api/external/issuance/programs").status for _ in range(5)]
    assert got == [418, 503, 503, 200, 200]
    assert len(vendor.faults) == 0


@pytest.mark.parametrize(
    "wrong", [{"kind": "earthquake"}, {"kind": "status", "times": 0}, {"kind": "delay", "seconds": 1e9}]
)
def test_faults_that_make_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        sandbox.Fault(**wrong)  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_ids_and_times() -> None:
    one, two, other = (issue(sandbox.record(seed=seed)) for seed in (5, 5, 6))
    assert one == two
    assert one.batch_id != other.batch_id


def test_snapshot_restore_and_reset(vendor: RecordSimulator) -> None:
    issue(vendor)
    kept = vendor.snapshot()
    first = issue(vendor)
    vendor.faults.add(sandbox.fail(None))
    vendor.advance(days=3)
    vendor.restore(kept)
    assert (batches(vendor), len(vendor.faults)) == (1, 0)
    assert issue(vendor) == first, "ids and times go on from where they were"
    vendor.restore(kept)
    assert batches(vendor) == 1, "a snapshot serves more than once"
    vendor.reset()
    assert (batches(vendor), len(vendor.log)) == (0, 0)
    assert issue(vendor) == issue(sandbox.record())


def test_the_log_names_keys_and_never_shows_them(vendor: RecordSimulator) -> None:
    issue(vendor)
    entry = vendor.log.of(credentials.ISSUE)[0]
    assert (entry.key, entry.status) == ("test", 200)
    assert entry.json["batchName"] == "May"
    assert vendor.key not in repr(list(vendor.log)) + repr(vendor.keys) + repr(vendor.snapshot())


def test_the_clock_does_not_go_back(vendor: RecordSimulator) -> None:
    with pytest.raises(ValueError):
        vendor.advance(-1)


def test_a_missing_vendor_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith(("credkit_record", "credkit.sandbox.vendors"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "credkit_record", None)
    with pytest.raises(ImportError, match="PATH_OF_CLONE/generated/record"):
        sandbox.record()
