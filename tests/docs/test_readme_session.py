"""README's short form of the maintainer's day says nothing that the whole session of docs/releasing.md, which is played, does not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_line_of_the_short_session_is_of_the_played_one() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (session,) = (block for block in re.findall(r"```console\n(.*?)```", readme, re.DOTALL) if "credkit-pets" in block)
    remaining = iter((ROOT / "docs" / "releasing.md").read_text("utf-8").splitlines())
    shown = [line for line in session.splitlines() if line not in ("", "…")]
    missing = [line for line in shown if line not in remaining]  # in their order: `in` reads on
    assert missing == []
    assert [line.split()[2] for line in shown if line.startswith("$ credkit-codegen")] == [
        "lint",
        "diff",
        "generate",
        "release",
    ]
