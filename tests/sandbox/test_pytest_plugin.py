from __future__ import annotations

import subprocess
import sys
from pathlib import Path

APPLICATION = """
import pytest

@pytest.mark.parametrize("round", [1, 2])
def test_each_test_begins_anew(round, record_sandbox, beltic_sandbox, didx_sandbox, nchain_sandbox):
    from credkit_record import models
    client = record_sandbox.client
    assert len(client.credentials.list()) == 1
    client.credentials.issue(program_id="prog_1779172339924_j3pr93", batch_name="May",
                             recipients=[models.RecipientInput(name="A", email="a@example.com")])
    assert len(client.credentials.list()) == 2
    assert beltic_sandbox.client.credentials.list().items == []
    assert didx_sandbox.client.credential_templates.list()
    assert nchain_sandbox.client.credential_offers.list().data
"""


def test_the_fixtures(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["credkit.sandbox.pytest_plugin"]\n', encoding="utf-8")
    (tmp_path / "test_application.py").write_text(APPLICATION, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
