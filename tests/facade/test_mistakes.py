"""Mistakes of a program: said in words before anything is sent, and never "the answer was lost"."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any
from unicodedata import category
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis.strategies import from_regex, text

import credkit
from credkit import IssueRequest, Organisation, Person, Rejected, Template, sandbox
from credkit.adapters import sendable
from credkit.adapters.sendable import unsendable
from credkit.asking import asked
from credkit.cohort.requests import _ADDRESS

from .conformance.cases import BELTIC, CASES, DIDX, NCHAIN, RECORD, Case

PROGRAM = "prog_1779172339924_j3pr93"
SOUND = IssueRequest(PROGRAM, Person("Alice", "alice@example.com"), reference="enrol-1")
NUMBER: Any = 7
NOTHING: Any = None
LIST: Any = ["canary@example.com"]
PERSON: Any = Person("Alice Canary", "alice@example.com")
ID: Any = PROGRAM
SWAPPED = IssueRequest(PERSON, ID)


def connected(case: Case, vendor: Any, ledger: Path | None) -> Any:
    return credkit.connect(case.name, transport=vendor, ledger=ledger, **case.settings(vendor))


@pytest.mark.parametrize("with_ledger", [False, True])
@pytest.mark.parametrize(
    ("requests", "said"),
    [
        (SOUND, r"^expected several requests; got one; write issue\(\[request\]\)$"),
        ([SOUND, SWAPPED], "^request 1: expected a Person or an Organisation as subject; got str; write IssueRequest"),
        (
            [IssueRequest(NUMBER, Person("Alice"))],
            "^request 0: expected a text or a Template as template; got int; write IssueRequest",
        ),
        ([SOUND, 7], "^request 1: expected an IssueRequest; got int$"),
        ([SOUND, PROGRAM], "^request 1: expected an IssueRequest; got str$"),
        ("prog", "^request 0: expected an IssueRequest; got str$"),
        ({"a": 1}, "^request 0: expected an IssueRequest; got str$"),
        (7, "^expected requests, as a list or another iterable; got int$"),
        (None, "^expected requests, as a list or another iterable; got None$"),
    ],
)
def test_what_is_no_request_is_said_before_anything_is_sent(
    requests: Any, said: str, with_ledger: bool, tmp_path: Path
) -> None:
    vendor = sandbox.record()
    issuer = connected(RECORD, vendor, tmp_path / "l.db" if with_ledger else None)
    with pytest.raises(credkit.InvalidArgument, match=said) as caught:
        issuer.issue(requests)
    assert "Canary" not in str(caught.value)
    assert not list(vendor.log)


@pytest.mark.parametrize("made", [iter, tuple, lambda requests: (one for one in requests), dict.fromkeys])
def test_any_iterable_of_requests_is_issued_once(made: Callable[[Iterable[IssueRequest]], Any]) -> None:
    vendor = sandbox.record()
    issuer = connected(RECORD, vendor, None)
    requests = [SOUND, IssueRequest(PROGRAM, Person("Bob", "bob@example.com"), reference="enrol-2")]
    result = issuer.issue(made(requests))
    assert [one.request for one in result.issued] == requests

    async def later() -> Any:
        async with credkit.connect_async("record", token=vendor.key, transport=vendor) as twin:
            return await twin.issue(made(requests))

    assert len(asyncio.run(later()).issued) == 2


def test_what_an_iterable_raises_itself_comes_through() -> None:
    def broken() -> Any:
        yield SOUND
        raise TypeError("of the file")

    vendor = sandbox.record()
    with pytest.raises(TypeError, match="of the file"):
        connected(RECORD, vendor, None).issue(broken())
    assert not list(vendor.log)


@pytest.mark.parametrize("with_ledger", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": Person(NUMBER)},
        {"subject": Organisation(NOTHING)},
        {"expires": "2027-01-01"},
        {"claims": 7},
    ],
    ids=str,
)
def test_a_member_of_another_type_is_certainly_not_sent(
    case: Case, wrong: dict[str, Any], with_ledger: bool, tmp_path: Path
) -> None:
    """Only the request that has it is refused, and it is not called unknown."""
    vendor = case.simulator()
    issuer = connected(case, vendor, tmp_path / "l.db" if with_ledger else None)
    sound = case.request(1)
    made: dict[str, Any] = {"template": sound.template, "subject": Person("Bob"), **wrong}
    bad = IssueRequest(**made)
    assert issuer.check(bad).code == "invalid_request"
    refused, _ = issuer.issue([bad, sound])
    assert isinstance(refused, Rejected)
    assert refused.reason.code == "invalid_request"
    assert len(case.truth(vendor, sound)) == 1


@pytest.mark.parametrize("with_ledger", [False, True])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reference": NUMBER}, "reference: expected text; got int"),
        ({"reference": ["canary"]}, "reference: expected text; got list"),
        ({"expires": "2027-01-01"}, "expires: expected datetime or timedelta; got str"),
        ({"expires": date(2027, 1, 1)}, "expires: expected datetime or timedelta; got date"),
        ({"claims": 7}, "claims: expected a mapping; got int"),
        ({"subject": Person(NUMBER)}, "subject.name: expected text; got int"),
        ({"subject": Person(NOTHING)}, "subject.name: expected text; got None"),
        ({"subject": Person("Bob", LIST)}, "subject.email: expected text; got list"),
        ({"subject": Person("Bob", "b@example.com", id=NUMBER)}, "subject.id: expected text; got int"),
        (
            {"subject": Person("Bob", "b@example.com", attributes=NUMBER)},
            "subject.attributes: expected a mapping; got int",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_member_of_another_type_is_named(wrong: dict[str, Any], said: str, with_ledger: bool, tmp_path: Path) -> None:
    vendor = sandbox.record()
    issuer = connected(RECORD, vendor, tmp_path / "l.db" if with_ledger else None)
    made: dict[str, Any] = {"template": PROGRAM, "subject": Person("Bob", "bob@example.com"), **wrong}
    (refused,) = issuer.issue([IssueRequest(**made)])
    assert (refused.reason.code, refused.reason.message) == ("invalid_request", said)
    assert "canary" not in repr(refused)
    assert not list(vendor.log)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize(
    "address",
    ["nope", "@example.com", "canary@", "@", "a b@example.com", "canary@exam ple.com", "a\nb@example.com", "a\0@b"],
)
def test_what_is_no_address_is_not_sent(case: Case, address: str) -> None:
    vendor = case.simulator()
    issuer = connected(case, vendor, None)
    sound = case.request(1)
    bad = replace(sound, subject=replace(sound.subject, email=address), reference="bad")
    refused, _ = issuer.issue([bad, sound])
    assert (refused.reason.code, refused.reason.message[:26]) == ("invalid_request", "the e-mail address is none")
    assert "canary" not in repr(refused)
    assert len(case.truth(vendor, sound)) == 1


@pytest.mark.parametrize(
    "address", ["a@b", "zoë@bücher.example", "o'hara+x@example.com", '"a@b"@c.example', "a@[127.0.0.1]"]
)
def test_what_may_be_an_address_is_sent(address: str) -> None:
    issuer = connected(RECORD, sandbox.record(), None)
    assert issuer.check(IssueRequest(PROGRAM, Person("Alice", address))) is None


@given(text("a@. \t\xa0\u200b\x00", min_size=1))
def test_the_quick_look_at_an_address_says_what_the_pattern_says(address: str) -> None:
    refused = unsendable(IssueRequest(PROGRAM, Person("Alice", address))) is not None
    assert refused == (sendable._ADDRESS.fullmatch(address) is None)


@given(from_regex(_ADDRESS, fullmatch=True).filter(lambda some: all(category(one) != "Cc" for one in some)))
def test_no_address_of_a_cohort_is_refused_later(address: str) -> None:
    """The command line is stricter: a cell may hold several addresses, or somebody's name as well."""
    problem = unsendable(IssueRequest(PROGRAM, Person("Alice", address)))
    assert problem != "the e-mail address is none: expected name@domain, without spaces"


def test_what_a_ledger_cannot_know_again_asks_for_a_reference(tmp_path: Path) -> None:
    issuer = connected(RECORD, sandbox.record(), tmp_path / "l.db")
    subject = Person("Alice", "alice@example.com", attributes={"key": UUID(int=7)})
    (refused,) = issuer.issue([IssueRequest(PROGRAM, subject)])
    assert refused.reason.message.startswith("give it a reference: ")
    assert issuer.issue([IssueRequest(PROGRAM, subject, reference="enrol-1")]).issued


@pytest.mark.parametrize("with_ledger", [False, True])
def test_a_label_is_a_text(with_ledger: bool, tmp_path: Path) -> None:
    issuer = connected(RECORD, sandbox.record(), tmp_path / "l.db" if with_ledger else None)
    with pytest.raises(credkit.InvalidArgument, match=r"^label: expected text; got int$"):
        issuer.issue([SOUND], label=5)


def test_the_look_at_each_request_is_cheap() -> None:
    requests = [IssueRequest(PROGRAM, Person("Alice"), reference=str(at)) for at in range(100_000)]
    best = min(_seconds(lambda: asked(requests)) for _ in range(5))
    bare = min(_seconds(lambda: [one.reference for one in requests]) for _ in range(5))
    assert best < 20 * bare
    assert asked(requests) == tuple(requests)


@pytest.mark.parametrize("with_ledger", [False, True])
def test_what_becomes_of_a_list_that_is_being_sent_changes_nothing(tmp_path: Path, with_ledger: bool) -> None:
    """One buffer of requests, used again before the first call has ended."""
    vendor = sandbox.record()
    names = ["First Canary", "Second Canary"]
    one, other = (IssueRequest(PROGRAM, Person(name, "a@example.com"), reference=name[:5]) for name in names)

    async def main() -> None:
        kept: Any = {"ledger": tmp_path / "l.db"} if with_ledger else {}
        async with credkit.connect_async("record", token=vendor.key, transport=vendor, **kept) as issuer:
            buffer = [one]
            first = asyncio.ensure_future(issuer.issue(buffer))
            await asyncio.sleep(0)
            buffer[0] = other
            results = [*await first, *await issuer.issue(buffer)]
            assert [item.request for item in results] == [one, other]

    asyncio.run(main())
    issued = [person.name for _, batch in vendor.state.batches.values() for person in batch.recipients]
    assert [name for name in issued if name in names] == names
    assert list(asked([])) == []
    assert asked((IssueRequest(Template(PROGRAM), Organisation("Acme")),))


def _seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("tokn", "did you mean token"), ("base_ulr", "did you mean base_url"), ("ledgr", "did you mean ledger")],
)
def test_an_argument_that_nobody_knows_is_named_before_a_missing_key(
    wrong: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDKIT_RECORD_TOKEN", raising=False)
    monkeypatch.delenv("CREDKIT_RECORD_API_KEY", raising=False)
    given: Any = {wrong: "x"}
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{wrong}'; {said}"):
        credkit.connect("record", **given)
    with pytest.raises(TypeError, match=wrong):
        credkit.connect_async("record", token="sk_test_x", **given)


def test_what_is_settled_is_not_asked_about(tmp_path: Path) -> None:
    vendor = sandbox.record()
    issuer = connected(RECORD, vendor, tmp_path / "l.db")
    result = issuer.issue([SOUND, IssueRequest(PROGRAM, Person("Bob", "nope"), reference="enrol-2")])
    settled = r"which is settled; write reconcile\(result\.unknown\)"
    for settled_one in (result, [*result], result[0]):
        with pytest.raises(credkit.InvalidArgument, match=f"got an Issued, {settled}"):
            issuer.reconcile(settled_one)
    with pytest.raises(
        credkit.InvalidArgument, match=rf"got a Rejected, {settled}\. To write down .*settle\(unknown, never=True"
    ):
        issuer.reconcile(result[1])
    for wrong in (7, None, [SOUND]):
        with pytest.raises(credkit.InvalidArgument, match="expected an Unknown, or several; got"):
            issuer.reconcile(wrong)
    assert issuer.reconcile([]) == []


def test_a_result_is_no_credential() -> None:
    vendor = sandbox.record()
    issuer = connected(RECORD, vendor, None)
    (issued,) = issuer.issue([SOUND])
    for call in (issuer.get, issuer.revoke, issuer.cancel):
        with pytest.raises(
            credkit.InvalidArgument, match="expected a Credential or its id; got Issued; give its `credential`"
        ):
            call(issued)
    offering = connected(DIDX, sandbox.didx(), None)
    with pytest.raises(credkit.InvalidArgument, match="got Issued; give its `credential`"):
        offering.deliver(issued, "email", to=SOUND.subject)
    with pytest.raises(credkit.InvalidArgument, match=r"got an id; write deliver\(issuer\.get\(ID\)"):
        offering.deliver("iss_1", "email", to=SOUND.subject)
    with pytest.raises(credkit.InvalidArgument, match="of 'record', not of didx"):
        offering.deliver(issued.credential, "email", to=SOUND.subject)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            401,
            "the vendor refused with status 401: the API key is none that it takes; `reason.detail` has the vendor's words",
        ),
        (
            403,
            "the vendor refused with status 403: the API key may not do this; `reason.detail` has the vendor's words",
        ),
        (404, "the vendor refused with status 404: is the template right? `reason.detail` has the vendor's words"),
        (400, "the vendor refused with status 400; `reason.detail` has the vendor's words"),
    ],
)
@pytest.mark.parametrize("case", [RECORD, BELTIC, DIDX], ids=lambda case: case.name)
def test_a_refusal_says_what_to_look_at(case: Case, fault: int, said: str) -> None:
    vendor = case.simulator()
    vendor.faults.add(sandbox.fail(case.operation, fault, code="SOME_CODE", times=9))
    (refused,) = connected(case, vendor, None).issue([case.request(1)])
    assert refused.reason.message == said
    assert refused.reason.detail
    assert refused.reason.retryable == (fault in (401, 403))


def test_a_refused_item_leads_to_the_vendors_words() -> None:
    vendor = NCHAIN.simulator()
    issuer = connected(NCHAIN, vendor, None)
    request = NCHAIN.request(1)
    (refused,) = issuer.issue([replace(request, template=replace(issuer.adapter.template(request), id="nonsense"))])
    assert refused.reason.message == "nChain made no offer of this; `reason.detail` has the vendor's words"
    assert "no such credential" in refused.reason.detail


def test_a_client_secret_that_is_wrong_says_what_to_check() -> None:
    vendor = DIDX.simulator()
    given: Any = {**DIDX.settings(vendor), **DIDX.wrong_key}
    (refused,) = credkit.connect("didx", transport=vendor, **given).issue([DIDX.request(1)])
    assert isinstance(refused, Rejected)
    assert refused.reason.code == "not_sent"
    assert "Check the client id, the client secret" in refused.reason.message


def test_what_is_no_ledger(tmp_path: Path) -> None:
    number: Any = 3
    with pytest.raises(credkit.ConfigurationError, match="ledger= is a path, or a Ledger; got int"):
        credkit.connect("record", token="sk_test_x", ledger=number)


def test_a_closed_issuer_says_to_connect_again(tmp_path: Path) -> None:
    vendor = sandbox.record()

    async def closed() -> None:
        issuer = credkit.connect_async("record", token=vendor.key, transport=vendor, ledger=tmp_path / "l.db")
        await issuer.aclose()
        await issuer.issue([SOUND])

    with pytest.raises(credkit.ClientClosed, match=r"this issuer, or its ledger, was closed.*connect\(\) again"):
        asyncio.run(closed())
    assert not list(vendor.log)


def test_a_key_that_is_known_at_another_server(tmp_path: Path) -> None:
    """A mistyped address looks like a new key, as an account is known by both."""
    vendor = sandbox.record()
    usual = "https://api.getrecord.in/api/external/issuance"
    connected(RECORD, vendor, tmp_path / "l.db").close()
    given: Any = {"token": vendor.key, "transport": vendor, "ledger": tmp_path / "l.db"}
    with pytest.raises(credkit.ConfigurationError) as mistyped:
        credkit.connect("record", base_url="http://127.0.0.1:9/s3cr3t-token-of-a-gateway", **given)
    said, help_ = str(mistyped.value).split("\nhelp: ")
    assert said == (
        f"the ledger has not seen this API key at http://127.0.0.1:9, only at {usual} (as record:test:default);"
        " of record it has the account default"
    )
    assert "--account default (account= of connect), once" in help_
    assert "mend base_url" in help_
    with pytest.raises(credkit.ConfigurationError) as rotated:
        credkit.connect("record", **{**given, "token": "sk_test_canary"})
    said, _ = str(rotated.value).split("\nhelp: ")
    assert said == f"the ledger has not seen this API key at {usual}; of record it has the account default"
    assert credkit.connect("record", **given).account == "record:test:default"


def test_what_is_unknown_is_short_in_a_log() -> None:
    vendor = sandbox.record()
    issuer = credkit.connect("record", token=vendor.key, transport=vendor, clock=vendor.client_clock)
    vendor.faults.add(sandbox.disconnect("issueCredentials", committed=False, times=2))
    (lost,) = issuer.issue([SOUND]).unknown
    assert repr(lost) == "Unknown(reference='enrol-1', code='answer_lost', not_before=None)"
    early = issuer.reconcile(replace(lost, request=replace(SOUND, reference="canary@example.com")))
    assert repr(early) == "Unknown(reference='…', code='too_early', not_before='2025-07-01T09:10:00.001000+00:00')"
    (nameless,) = issuer.issue([replace(SOUND, reference=None)]).unknown
    assert repr(nameless) == f"Unknown(token='{nameless.ticket.token}', code='answer_lost', not_before=None)"
