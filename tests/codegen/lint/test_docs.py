"""docs/lint.md lists the rules that there are, and names no flag that there is not."""

from __future__ import annotations

import re
from pathlib import Path

from credkit_codegen.lint.catalogue import table
from credkit_codegen.lint.command import parser

DOC = Path(__file__).resolve().parents[3] / "docs" / "lint.md"


def test_the_list_of_rules_is_current() -> None:
    text = DOC.read_text(encoding="utf-8")
    listed = text.partition("<!-- rules -->\n")[2].partition("<!-- /rules -->")[0]
    help_ = "write credkit_codegen.lint.catalogue.table() between the markers of docs/lint.md"
    assert listed == table(), help_


def test_every_flag_is_one_of_the_command() -> None:
    named = set(re.findall(r"`(--[a-z-]+)", DOC.read_text(encoding="utf-8")))
    known = {option for action in parser()._actions for option in action.option_strings}
    assert named
    assert named <= known
