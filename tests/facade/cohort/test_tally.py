"""Counting what came of a run: the credentials of a batch, which are read when somebody looks, are counted unread."""

from __future__ import annotations

from pathlib import Path

import pytest

import credkit
from credkit import Channel, Credential, CredentialStatus, Delivery, DeliveryStatus, Issued, Reason, sandbox
from credkit.cohort import planning, work
from credkit.cohort.job import Job, Round
from credkit.cohort.survey import Standing, SurveyedRow
from credkit.cohort.tally import Tally
from credkit.driving import stream
from credkit.identity import timeout_of
from credkit.model import IssueRequest, Person

FAILED = Delivery(Channel.EMAIL, DeliveryStatus.FAILED, Reason("gone", "the address is gone"))


def of_batch(delivery: Delivery | None, id_: str) -> tuple[Issued, Credential]:
    """A result of a batch, and what the batch says of all its credentials."""
    common = Credential(vendor="record", id="", status=CredentialStatus.ISSUED, delivery=delivery)
    request = IssueRequest("prog_1", Person("Alice", "alice@example.com"), reference=id_)
    return Issued(request, common, (id_, None, None)), common


@pytest.mark.parametrize("delivers", [False, True])
@pytest.mark.parametrize(
    ("delivery", "sent"), [(None, False), (FAILED, False), (Delivery(Channel.EMAIL, DeliveryStatus.SENT), True)]
)
def test_counting_makes_no_credential(delivery: Delivery | None, sent: bool, delivers: bool) -> None:
    results = [of_batch(delivery, f"rec_{line}") for line in (2, 3)]
    rows = [SurveyedRow(line, Standing.NEW, result.request) for line, (result, _) in enumerate(results, start=2)]
    tally = Tally(2, delivers=delivers, ended=True)
    tally.add(Round([(row, result) for row, (result, _) in zip(rows, results, strict=True)]))
    assert all(result.parts()[0] is common for result, common in results), "a credential was put together"
    assert tally.issued == 2
    assert tally.undelivered == (2 if delivers and not sent else 0)
    assert tally.why == ({"undelivered": "the address is gone"} if delivery is FAILED else {})
    assert tally.complete == (sent or not delivers)


def test_a_whole_run_makes_no_credential(tmp_path: Path) -> None:
    pytest.importorskip("credkit_record")
    simulator = sandbox.record()
    file = tmp_path / "c.csv"
    file.write_text("reference,name,email\n" + "".join(f"r{at},Number {at},n{at}@holder.example\n" for at in range(20)))
    with credkit.connect(
        "record", token=simulator.key, transport=simulator, ledger=tmp_path / "issuances.db"
    ) as issuer:
        meanings = planning.columns(file, {}, saved=tmp_path / "columns.toml", ask=None)
        program = "prog_1779172339924_j3pr93"
        plan = planning.make(
            issuer, file, meanings, template=program, label="", name="c", expires=None, deliver=None, problem=print
        )
        assert issuer.ledger is not None
        plan = planning.enter(issuer.ledger, plan, named=True)
        job = Job(plan, file, issuer.adapter, issuer.ledger, issuer.clock, timeout_of(issuer.client))
        tally, found = Tally(20), list[Issued]()
        for part in stream(work.apply(job), issuer.client):
            tally.add(part)
            found += [result for _, result in part.done if isinstance(result, Issued)]
    assert len(found) == tally.issued == 20
    assert len({id(result.parts()[0]) for result in found}) == 1, "what the batch says of all is there once"
    assert len({result.credential.id for result in found}) == 20
