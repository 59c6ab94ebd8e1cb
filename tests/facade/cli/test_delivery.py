"""Offers that the vendor hands over: what was not delivered is said, and delivered again without a second offer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from credkit import sandbox
from credkit.runtime.limiter import MemoryStore
from credkit.sandbox.server import Serving

from .conftest import Shell

pytest.importorskip("credkit_nchain")


def connect_nchain(sandboxed: Serving, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("credkit.runtime.limiter.SHARED", MemoryStore())  # a minute of this test's own
    nchain = sandboxed.hub["nchain"]
    for name, value in {
        "API_KEY": nchain.key,
        "BASE_URL": sandboxed.base_url("nchain"),
        "CORRELATION_ID": "nchain",
        "ORGANISATION_PROFILE_ID": "123e4567-e89b-12d3-a456-426614174000",
    }.items():
        monkeypatch.setenv(f"CREDKIT_NCHAIN_{name}", value)
    return nchain


def test_an_email_that_failed_is_sent_again(shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    nchain = connect_nchain(sandboxed, monkeypatch)
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\ne2,Bo,\n")
    options = ("--vendor", "nchain", "--template", "exampleCredential", "--deliver", "email")
    assert "line 3: there is no e-mail address to deliver to" in shell("plan", "cohort.csv", *options, status=1)
    before = len(nchain.state.offers)
    nchain.faults.add(sandbox.fail("shareCredentialOffersWithEmail", 400))
    text = shell("apply", "cohort.csv", "--yes", status=1)
    assert "not delivered           1  (line 2)" in text
    assert "Every row has" not in text
    assert "email:failed" in shell("export", "cohort.csv")
    resumed = shell.json("resume", "cohort.csv", "--yes", status=1)
    assert (resumed["undelivered"], resumed["issued_before"], resumed["held_back"]) == (0, 1, {"invalid": 1})
    assert "email:sent" in shell("export", "cohort.csv")
    assert len(nchain.state.offers) == before + 1


def test_a_channel_that_the_vendor_does_not_have_is_refused_by_plan(
    shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_nchain(sandboxed, monkeypatch)
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\n")
    options = ("--vendor", "nchain", "--template", "exampleCredential", "--deliver", "wallet")
    assert "nchain delivers by email, offer, not by wallet" in shell("plan", "cohort.csv", *options, status=2)


def test_nobody_is_told_of_what_was_revoked(shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    nchain = connect_nchain(sandboxed, monkeypatch)
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\n")
    shell("plan", "cohort.csv", "--vendor", "nchain", "--template", "exampleCredential", "--deliver", "email")
    nchain.faults.add(sandbox.fail("shareCredentialOffersWithEmail", 400))
    shell("apply", "cohort.csv", "--yes", status=1)
    (row,) = [json.loads(line) for line in shell("export", "cohort.csv", "--json").splitlines()]
    nchain.act("claim", row["credential_id"])
    shell("revoke", "cohort.csv", "--all", "--yes")
    told = len([entry for entry in nchain.log if entry.operation == "shareCredentialOffersWithEmail"])
    assert "1 of them was revoked since" in shell("resume", "cohort.csv", "--yes")
    assert told == len([entry for entry in nchain.log if entry.operation == "shareCredentialOffersWithEmail"])


def test_revoking_takes_back_what_nobody_has_claimed(
    shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nChain revokes what was claimed, and nothing else."""
    nchain = connect_nchain(sandboxed, monkeypatch)
    graduates(shell, 3)
    shell("plan", "cohort.csv", "--vendor", "nchain", "--template", "exampleCredential")
    shell("apply", "cohort.csv", "--yes")
    first, second, _ = [json.loads(line) for line in shell("export", "cohort.csv", "--json").splitlines()]
    nchain.act("claim", first["credential_id"])
    text = shell("revoke", "cohort.csv", "--reference", "e0", "--reference", "e1", "--yes")
    assert text.startswith("2 revoked\n")
    assert "2 of 2 rows" in text
    assert "rows/s, 2 revoked, 0 not" in text
    rows = [json.loads(line) for line in shell("export", "cohort.csv", "--json").splitlines()]
    assert [row["status"] for row in rows] == ["revoked", "cancelled", "offered"]
    assert second["credential_id"] not in map(str, nchain.state.offers)
    assert "1 revoked, 2 had been before" in shell("revoke", "cohort.csv", "--all", "--yes")
    assert "3 of them were revoked since" in shell("apply", "cohort.csv", "--yes")


def test_why_something_was_not_revoked(shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    nchain = connect_nchain(sandboxed, monkeypatch)
    graduates(shell, 1)
    shell("plan", "cohort.csv", "--vendor", "nchain", "--template", "exampleCredential")
    shell("apply", "cohort.csv", "--yes")
    nchain.faults.add(sandbox.fail("deleteCredentialOffer", 409))
    text = shell("revoke", "cohort.csv", "--all", "--yes", status=1)
    assert "line 2: nChain did not revoke it: credential_offer_not_claimed" in text


def told(nchain: Any) -> int:
    return len([entry for entry in nchain.log if entry.operation == "shareCredentialOffersWithEmail"])


def graduates(shell: Shell, number: int) -> None:
    rows = [f"e{at},Number {at},n{at}@holder.example" for at in range(number)]
    shell.write("cohort.csv", "\n".join(["reference,name,email", *rows, ""]))


def test_offers_are_delivered_again_many_at_once(
    shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nChain takes two calls a minute, each for any number of offers."""
    nchain = connect_nchain(sandboxed, monkeypatch)
    graduates(shell, 30)
    shell("plan", "cohort.csv", "--vendor", "nchain", "--template", "exampleCredential", "--deliver", "email")
    nchain.faults.add(sandbox.fail("shareCredentialOffersWithEmail", 400))
    assert shell.json("apply", "cohort.csv", "--yes", status=1)["undelivered"] == 30
    before = told(nchain)
    assert shell.json("resume", "cohort.csv", "--yes")["complete"]
    assert told(nchain) == before + 1


def test_what_comes_next_has_the_yes_that_it_needs(
    shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nChain's key does not say whether credentials are live."""
    connect_nchain(sandboxed, monkeypatch)
    for number, next_ in ((100, "cohort.csv\n"), (101, "cohort.csv --yes\n")):
        graduates(shell, number)
        text = shell("plan", "cohort.csv", "--vendor", "nchain", "--template", "exampleCredential")
        assert f"Next: credkit apply {next_}" in text
