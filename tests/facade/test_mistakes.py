"""Mistakes of a program: said in words before anything is sent, and never "the answer was lost"."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time
from typing import Any

import pytest

import credkit
from credkit import IssueRequest, Organisation, Person, Rejected, Template, sandbox
from credkit.issuing import asked

from .conformance.cases import CASES, RECORD, Case

PROGRAM = "prog_1779172339924_j3pr93"
SOUND = IssueRequest(PROGRAM, Person("Alice", "alice@example.com"), reference="enrol-1")
NUMBER: Any = 7
NOTHING: Any = None
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


def test_the_look_at_each_request_is_cheap() -> None:
    requests = [IssueRequest(PROGRAM, Person("Alice"), reference=str(at)) for at in range(100_000)]
    best = min(_seconds(lambda: asked(requests)) for _ in range(5))
    bare = min(_seconds(lambda: [one.reference for one in requests]) for _ in range(5))
    assert best < 20 * bare
    assert asked(requests) is requests, "no copy"
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
