"""What the sandbox prints is enough: with it, the files of `examples` are issued to everybody in them, by every vendor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from credkit.cli import main
from credkit.sandbox.__main__ import announcement
from credkit.sandbox.server import Serving, serve
from credkit.sandbox.trying import PLAN_WITH

pytestmark = pytest.mark.timeout(60)

EXAMPLES = Path(__file__).parents[2] / "examples"
KEYS = {"record": "TOKEN", "beltic": "API_KEY", "didx": "TOKEN", "nchain": "API_KEY"}


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with serve() as one:
        yield one


@pytest.mark.parametrize("name", PLAN_WITH)
def test_an_example_is_issued_with_what_is_printed(
    name: str,
    serving: Serving,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    vendor, needed = serving.hub[name], dict(PLAN_WITH[name])
    monkeypatch.setenv(f"CREDKIT_{name}_BASE_URL".upper(), serving.base_url(name))
    monkeypatch.setenv(f"CREDKIT_{name}_{KEYS[name]}".upper(), vendor.key)
    template, cohort = needed.pop("--template"), needed.pop("cohort")
    for variable, value in needed.items():
        monkeypatch.setenv(variable, value)
    (tmp_path / "cohort.csv").write_bytes((EXAMPLES.parent / cohort).read_bytes())
    assert main(["plan", "cohort.csv", "--vendor", name, "--template", template]) == 0
    capsys.readouterr()
    assert main(["apply", "cohort.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["issued"] == 3


def test_the_columns_that_a_template_needs_are_printed(serving: Serving) -> None:
    printed = announcement(serving)
    (line,) = (line for line in printed.splitlines() if "columns" in line)
    header = (EXAMPLES / "cohort-didx.csv").read_text("utf-8").splitlines()[0].split(",")
    for column in ("claims.fullName", "claims.programmeName", "claims.completionDate"):
        assert column in line.partition("optional")[0]
    for column in ("claims.skillsCovered", "claims.assessmentScore"):
        assert column in line.partition("optional")[2]
    assert all(one in line for one in header if one.startswith("claims."))
    for needed in PLAN_WITH.values():
        assert needed["cohort"] in printed
