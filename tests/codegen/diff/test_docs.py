"""docs/diff.md lists the rules that there are, and names no flag that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from credkit_codegen.diff.catalogue import table
from credkit_codegen.diff.command import app

DOCS = Path(__file__).resolve().parents[3] / "docs"
DOC = DOCS / "diff.md"


def test_the_list_of_rules_is_current() -> None:
    text = DOC.read_text(encoding="utf-8")
    listed = text.partition("<!-- rules -->\n")[2].partition("<!-- /rules -->")[0]
    help_ = "write credkit_codegen.diff.catalogue.table() between the markers of docs/diff.md"
    assert listed == table(), help_


def test_every_flag_is_one_of_the_command() -> None:
    named = set(re.findall(r"`(--[a-z-]+)", DOC.read_text(encoding="utf-8")))
    known = {option for item in typer.main.get_command(app).params for option in (*item.opts, *item.secondary_opts)}
    assert named
    assert named <= known


def test_every_rule_that_is_named_exists() -> None:
    from credkit_codegen.diff.python.kinds import BY_ID
    from credkit_codegen.diff.registry import known_ids

    prose = DOC.read_text(encoding="utf-8").partition("## Rules")[0]
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", prose)) | set(re.findall(r"\[([a-z-]+)\]\n", prose))
    assert named
    assert named <= known_ids() | BY_ID.keys()
