"""A vendor that lists nothing and tells holders who have an account: what only a person can settle or mend is said as that."""

from __future__ import annotations

import pytest

import credkit
from credkit import sandbox
from credkit.sandbox.server import Serving

from .conftest import Shell

pytest.importorskip("credkit_didx")

COHORT = (
    "reference,name,email,claims.fullName,claims.programmeName,claims.completionDate\n"
    "w1,Quokka Wombat,quokka@holder.example,Quokka Wombat,Welding,2025-06-30\n"
)


@pytest.fixture(autouse=True)
def didx(sandboxed: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = sandboxed.hub["didx"].keys[1]
    values = {"CLIENT_ID": pair.value, "CLIENT_SECRET": pair.secret or "", "BASE_URL": sandboxed.base_url("didx")}
    for name, value in values.items():
        monkeypatch.setenv(f"CREDKIT_DIDX_{name}", value)


def _plan(shell: Shell, *options: str) -> None:
    shell.write("wallets.csv", COHORT)
    shell("plan", "wallets.csv", "--vendor", "didx", "--template", "tpl_6421a8905c17830c188e2e2f", *options)


def test_why_an_offer_did_not_reach_its_holder(shell: Shell, sandboxed: Serving) -> None:
    """The holder has no account. `resume`, which tries again, says it again."""
    _plan(shell, "--deliver", "email")
    for command in ("apply", "resume"):
        text = shell(command, "wallets.csv", "--summary", "summary.txt", status=1)
        assert "not delivered           1  (line 2)" in text
        assert "the vendor refused with status 404" in text
        assert "didx says: " in text
        assert "uokka" not in text
        summary = (shell.folder / "summary.txt").read_text()
        assert "the vendor refused with status 404" in summary
        assert "says" not in summary
    found = shell.json("resume", "wallets.csv", status=1)
    assert found["why"] == {"undelivered": "the vendor refused with status 404"}
    assert found["said"]["undelivered"]
    with credkit.connect("didx") as issuer:
        issuer.client.users.create(email="quokka@holder.example", first_name="Quokka", last_name="Wombat")
    done = shell("resume", "wallets.csv")
    assert "didx says" not in done
    assert "Every row has its credential, and its holder was told." in done


def test_what_only_a_person_can_settle_is_said_by_resume_and_status(shell: Shell, sandboxed: Serving) -> None:
    _plan(shell)
    sandboxed.hub["didx"].faults.add(sandbox.disconnect("issueCredential", committed=True))
    assert "(didx, wallets.csv): 1 row\n" in shell("apply", "wallets.csv", status=1)
    text = shell("resume", "wallets.csv", status=1)
    assert "Where no look-up can settle it" in text
    assert "is settled by `credkit reconcile`" not in text, "it would say so for ever"
    assert shell.json("resume", "wallets.csv", status=1)["needs_person"] == 1
    assert "line 2, w1: unknown; only a person can find it out" in shell("status", "wallets.csv")
    (row,) = shell.json("status", "wallets.csv")["wallets"]["open"]
    assert row["needs_person"] is True
