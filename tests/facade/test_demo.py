"""`make demo` plays to its end, and what it claims is so."""

from __future__ import annotations

import pytest

from examples.demo import __main__ as demo


def test_the_demo_plays(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    demo.main()
    shown = capsys.readouterr().out
    for vendor in ("Record", "Beltic", "DIDX me-creds", "nChain Identity"):
        assert f"{vendor}: 3 issued, 0 rejected, 0 unknown" in shown
    assert "0 issued, 0 rejected, 3 unknown" in shown
    assert "1 request, 1 batch: nobody has two" in shown
    assert "unknown, too_early" in shown
    assert "rejected, never_issued" in shown
    assert "record has no revoke" in shown
    for secret in ("openid-credential-offer", "credential_offer_uri", "@example.com", "sandbox-secret"):
        assert secret not in shown
