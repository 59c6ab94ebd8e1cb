"""Offers that are handed over again: as many at once as the vendor takes, by what the row's template says, past one that is gone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import credkit
from credkit import Channel, sandbox
from credkit.cohort import delivering, planning, work
from credkit.cohort.job import Job
from credkit.driving import stream
from credkit.identity import timeout_of
from credkit.ledger import SqliteLedger

from ..ledger.worlds import WorldClock

SHARE = "shareCredentialOffersWithEmail"


@contextmanager
def planned(
    vendor: str, simulator: Any, file: Path, *, template: str, deliver: Channel, **settings: Any
) -> Iterator[Job]:
    pytest.importorskip(f"credkit_{vendor}")
    clock = WorldClock(simulator)
    ledger = file.with_name("issuances.db")
    with credkit.connect(vendor, transport=simulator, ledger=ledger, clock=clock, **settings) as issuer:
        columns = planning.columns(file, {}, saved=file.with_name("columns.toml"), ask=None)
        plan = planning.make(
            issuer, file, columns, template=template, label="", name="c", expires=None, deliver=deliver, problem=print
        )
        assert issuer.ledger is not None
        plan = planning.enter(issuer.ledger, plan, named=True)
        job = Job(plan, file, issuer.adapter, issuer.ledger, issuer.clock, timeout_of(issuer.client))
        for _ in stream(work.apply(job), issuer.client):
            pass
        yield job
        for _ in stream(delivering.deliver(job), issuer.client):
            pass


def nchain(simulator: Any, folder: Path, people: int, **settings: Any) -> Any:
    file = folder / "c.csv"
    rows = [f"r{at},Number {at},n{at}@holder.example" for at in range(people)]
    file.write_text("\n".join(["reference,name,email", *rows, ""]))
    profile = "123e4567-e89b-12d3-a456-426614174000"
    return planned(
        "nchain",
        simulator,
        file,
        template="exampleCredential",
        deliver=Channel.EMAIL,
        api_key=simulator.key,
        environment_id="sandbox",
        correlation_id="nchain",
        organisation_profile_id=profile,
        **settings,
    )


def deliveries(job: Job) -> Mapping[str | None, int]:
    return Counter(item.entry.credential.delivery for item in job.items() if item.entry and item.entry.credential)


def test_offers_of_one_send_take_one_call(tmp_path: Path) -> None:
    simulator = sandbox.nchain()
    simulator.faults.add(sandbox.fail(SHARE, 400))
    with nchain(simulator, tmp_path, 30) as job:
        assert deliveries(job) == {"email:failed": 30}
    with SqliteLedger.open(tmp_path / "issuances.db") as ledger:
        kept = [entry.credential for at in range(30) for entry in ledger.find(f"r{at}")]
    assert {one.delivery for one in kept if one} == {"email:sent"}
    assert sum(entry.operation == SHARE for entry in simulator.log) == 2


def test_one_offer_that_is_gone_keeps_no_others_from_their_holders(tmp_path: Path) -> None:
    """nChain refuses a call with an offer that it does not have, and takes two calls a minute: the run waits."""
    simulator = sandbox.nchain()
    simulator.faults.add(sandbox.fail(SHARE, 400))
    with nchain(simulator, tmp_path, 30) as job:
        (gone,) = [item.entry for item in job.items() if item.reference == "r17"]
        assert gone is not None
        assert gone.credential is not None
        del simulator.state.offers[UUID(gone.credential.id)]
        began = simulator.clock.now()
    with SqliteLedger.open(tmp_path / "issuances.db") as ledger:
        kept = {f"r{at}": entry.credential for at in range(30) for entry in ledger.find(f"r{at}")}
    assert [name for name, one in kept.items() if one and one.delivery != "email:sent"] == ["r17"]
    assert sum(entry.operation == SHARE for entry in simulator.log) < 15
    assert (simulator.clock.now() - began).total_seconds() < 600


def test_a_rate_limit_of_emails_is_waited_for_while_issuing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nine sends of 100, each with an e-mail call of its own, and two calls a minute: what found no room goes out together."""
    simulator = sandbox.nchain()
    with nchain(simulator, tmp_path, 900, batch_size=100) as job:
        assert deliveries(job) == {"email:sent": 900}
    assert sum(entry.operation == SHARE for entry in simulator.log) == 4
    assert len({mail.to for mail in simulator.outbox.emails}) == 900
    assert "nchain's rate limit" in caplog.text


def test_the_moment_that_the_vendor_names_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Also by the first call that comes after issuing, which has room in the limit that the documents name."""
    simulator = sandbox.nchain()
    simulator.faults.add(sandbox.fail(SHARE, 429, retry_after=90))
    with nchain(simulator, tmp_path, 3) as job:
        assert deliveries(job) == {"email:sent": 3}
    first, second = [entry.at for entry in simulator.log if entry.operation == SHARE]
    assert (second - first).total_seconds() >= 90


def test_a_long_rate_limit_is_not_waited_for(tmp_path: Path) -> None:
    simulator = sandbox.nchain()
    simulator.faults.add(sandbox.fail(SHARE, 429, retry_after=3600, times=100))
    began = simulator.clock.now()
    with nchain(simulator, tmp_path, 30) as job:
        assert deliveries(job) == {"email:failed": 30}
        assert (simulator.clock.now() - began).total_seconds() < 60


def test_a_key_that_is_refused_is_no_reason_to_ask_again(tmp_path: Path) -> None:
    simulator = sandbox.nchain()
    simulator.faults.add(sandbox.fail(SHARE, 403, times=100))
    with nchain(simulator, tmp_path, 30) as job:
        assert deliveries(job) == {"email:failed": 30}
    assert sum(entry.operation == SHARE for entry in simulator.log) == 2


def test_a_wallet_gets_its_offer_by_the_same_identifier_again(tmp_path: Path) -> None:
    """A template that is no id of a vendor's but a name in the configuration says what a subject's id is."""
    simulator = sandbox.didx()
    (tmp_path / "c.csv").write_text(
        "reference,name,id,claims.programmeName,claims.completionDate\nr1,Bo,bo,Welding,2025-06-30\n"
    )
    template = {
        "id": "tpl_6421a8905c17830c188e2e2f",
        "subject": {"name": "fullName"},
        "extra": {"identifier": "username"},
    }
    by_default = template | {"extra": {}}
    simulator.faults.add(sandbox.fail("sendCredentialOffer", 400))
    with planned(
        "didx",
        simulator,
        tmp_path / "c.csv",
        template="course",
        deliver=Channel.WALLET,
        token=simulator.key,
        templates={"course": template, "other": by_default},
    ) as job:
        assert deliveries(job) == {"wallet:failed": 1}
    sent = [json.loads(entry.content) for entry in simulator.log if entry.operation == "sendCredentialOffer"]
    assert [(one["recipient"], one["identifierType"]) for one in sent] == [("bo", "username")] * 2
