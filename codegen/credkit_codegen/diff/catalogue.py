"""The rules in words: for `--list`, `--explain` and docs/diff.md. All three are printed from the table and the modules."""

from __future__ import annotations

from ..diagnostics import Severity
from .change import Direction, Verdict
from .python.kinds import KINDS
from .registry import RULES
from .report import severity_word
from .rule import Rule


def listing() -> str:
    """A line for each rule: id, verdict, severities in requests and answers, what it finds."""
    lines = [f"{'rule':30} {'verdict':10} {'requests':11} {'answers':11} what"]
    for rule in RULES:
        levels = f"{_level(rule.request):11} {_level(rule.response):11}"
        lines.append(f"{rule.id:30} {rule.verdict:10} {levels} {rule.what}")
    for kind in KINDS:
        lines.append(f"{kind.id:30} {Verdict.PYTHON:10} {_level(kind.severity):11} {'':11} {kind.what}")
    return "\n".join(lines) + "\n"


def explanation(id_: str) -> str | None:
    """What a rule finds and why it matters, with the part of a document before and after; None: no such rule."""
    kind = next((item for item in KINDS if item.id == id_), None)
    if kind is not None:
        return f"{kind.id} (python: {_level(kind.severity)})\n\n{kind.what}\n\nMeans: {kind.means}\n"
    rule = next((item for item in RULES if item.id == id_), None)
    if rule is None:
        return None
    levels = f"{rule.verdict}; in requests {_level(rule.request)}, in answers {_level(rule.response)}"
    means = "".join(
        f"\nMeans, {word}: {rule.means(direction)}."
        for direction, word in ((Direction.REQUEST, "in requests"), (Direction.RESPONSE, "in answers"))
        if rule.severity(direction) is not None
    )
    return (
        f"{rule.id} ({levels})\n\n{rule.what}\n\nWhy: {rule.why}\n{means}\n\n"
        f"Before:\n\n{_indented(rule.before)}\nAfter:\n\n{_indented(rule.after)}"
    )


def table() -> str:
    """The list of docs/diff.md: a Markdown table for each verdict."""
    parts: list[str] = []
    for verdict in (Verdict.WIRE, Verdict.BEHAVIOUR):
        parts.extend((f"### {verdict.title()}", "", "| rule | in requests | in answers | what |", "|---|---|---|---|"))
        parts.extend(_row(rule) for rule in RULES if rule.verdict is verdict)
        parts.append("")
    parts.extend(("### Python", "", "| rule | severity | what |", "|---|---|---|"))
    parts.extend(f"| `{kind.id}` | {_level(kind.severity)} | {_cell(kind.what)} |" for kind in KINDS)
    return "\n".join(parts) + "\n"


def _row(rule: Rule) -> str:
    return f"| `{rule.id}` | {_level(rule.request)} | {_level(rule.response)} | {_cell(rule.what)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _level(severity: Severity | None) -> str:
    return severity_word(severity) if severity is not None else "–"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
