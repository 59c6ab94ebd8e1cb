"""`credkit doctor`: what is there, what is missing, and never a part of a key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from credkit import sandbox
from credkit.cli import doctor, main
from credkit.sandbox.server import Serving

from .conftest import Shell


def test_two_vendors_are_set_up_and_two_are_not(shell: Shell, sandboxed: Serving) -> None:
    found = shell.json("doctor")
    checks = {one["vendor"]: one for one in found["vendors"]}
    assert set(checks) == {"beltic", "didx", "nchain", "record"}
    assert (checks["record"]["key"], checks["record"]["mode"], checks["record"]["reached"]) == ("found", "test", True)
    assert checks["record"]["variables"] == ["CREDKIT_RECORD_BASE_URL", "CREDKIT_RECORD_TOKEN"]
    assert (checks["didx"]["key"], checks["didx"]["reached"], checks["didx"]["advice"]) == ("none", None, "")
    text = shell("doctor", "record", "didx")
    assert "ok record: client" in text
    assert "-- didx: client" in text
    for simulator in sandboxed.hub:
        assert simulator.key not in "".join(shell.printed)


def test_a_wrong_key_and_a_server_that_is_away(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", "sk_test_wrong_canary")
    text = shell("doctor", "record", status=1)
    assert "key refused by the vendor, mode test, reached" in text
    assert "canary" not in text
    monkeypatch.setenv("CREDKIT_RECORD_BASE_URL", "http://127.0.0.1:9/")
    assert "not reached" in shell("doctor", "record", status=1)


def test_a_live_key_against_this_machine(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", "sk_live_canary")
    text = shell("doctor", "record", status=1)
    assert "key refused\n" in text
    assert "a live credential" in text
    assert "canary" not in text


def test_offline_calls_nobody(shell: Shell, sandboxed: Serving) -> None:
    before = len(sandboxed.hub["record"].log)
    assert "key found, mode test\n" in shell("doctor", "record", "--offline")
    assert len(sandboxed.hub["record"].log) == before


def test_a_vendor_that_nobody_knows(shell: Shell) -> None:
    text = shell("doctor", "acme", status=1)
    assert "no adapter for 'acme'" in text
    assert "key refused" not in text, "nobody has asked for one"


@pytest.mark.parametrize(
    ("ahead", "skew"),
    [(0.4, 0.0), (-0.4, 0.0), (90, 89.0), (-90, -89.0)],
    ids=["same", "same second", "ahead", "behind"],
)
def test_the_clock_is_compared_within_the_second_of_a_date_header(ahead: float, skew: float) -> None:
    begun = datetime(2026, 1, 1, 12, 0, 0, 500_000, UTC)
    told = format_datetime(begun - timedelta(seconds=ahead), usegmt=True)
    found = doctor._judged(
        doctor.Check("record", "1", (), "found"), {"Date": told}, begun, begun + timedelta(seconds=1)
    )
    assert found.skew == pytest.approx(skew, abs=1.0)
    assert bool(found.advice) is (abs(skew) > doctor.SKEW)


def test_a_date_that_is_none_is_left_out() -> None:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    assert doctor._judged(doctor.Check("record", "1", (), "found"), {"date": "yesterday"}, begun, begun).skew is None


def test_help_is_there_for_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("plan", "apply", "resume", "reconcile", "status", "revoke", "export", "settle", "erase", "doctor"):
        assert main([command, "--help"]) == 0
        assert "Usage:" in capsys.readouterr().out


def test_no_summary_of_a_command_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("vendor", "given", "wanted"),
    [
        ("nchain", {"API_KEY": "k"}, "set CREDKIT_NCHAIN_ENVIRONMENT_ID"),
        ("didx", {}, "set CREDKIT_DIDX_CLIENT_ID and CREDKIT_DIDX_CLIENT_SECRET, or CREDKIT_DIDX_TOKEN"),
    ],
)
def test_what_is_missing_is_called_by_its_variable(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, vendor: str, given: dict[str, str], wanted: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"CREDKIT_{vendor.upper()}_{name}", value)
    text = shell("doctor", vendor, "--offline", status=1 if given else 0)
    assert wanted in text
    assert "connect()" not in text


def test_the_sandbox_is_what_was_reached(shell: Shell, sandboxed: Serving) -> None:
    sandboxed.hub["record"].faults.add(sandbox.fail("listPrograms", 403))
    assert "key refused by the vendor" in shell("doctor", "record", status=1)


@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("sk_test_canary", "http://127.0.0.1:9/"),
        ("sk_test_canary", "not a url"),
        ("sk_test_canary", "http://record.example/"),
        ("sk_live_canary", "http://127.0.0.1:9/"),
    ],
    ids=["nobody there", "no URL", "plain http", "live"],
)
def test_a_wrong_base_url_is_named_by_its_setting(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, key: str, url: str
) -> None:
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", key)
    monkeypatch.setenv("CREDKIT_RECORD_BASE_URL", url)
    text = shell("doctor", "record", status=1)
    assert "CREDKIT_RECORD_BASE_URL says where record is" in text
    assert "allow_" not in text
