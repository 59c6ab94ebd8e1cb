"""The rules in words: for `--list`, `--explain` and docs/lint.md. All three are printed from the table and the modules."""

from __future__ import annotations

from ..diagnostics import Severity
from .registry import ENGINE, RULES
from .rule import Group, Rule


def listing() -> str:
    """A line for each rule: id, severities in the three profiles, what it asks."""
    lines = [f"{'rule':32} {'minimal':8} {'recommended':12} {'strict':8} what"]
    for rule in RULES:
        minimal, recommended, strict = (_level(item) for item in (rule.minimal, rule.recommended, rule.strict))
        lines.append(f"{rule.id:32} {minimal:8} {recommended:12} {strict:8} {rule.what}")
    lines.extend(f"{name:32} {'':8} {'':12} {'':8} {what}" for name, what in ENGINE.items())
    return "\n".join(lines) + "\n"


def explanation(id_: str) -> str | None:
    """What a rule asks and why, with a document that breaks it and one that does not; None: no such rule."""
    rule = next((item for item in RULES if item.id == id_), None)
    if rule is None:
        return f"{id_}: {ENGINE[id_]}\n" if id_ in ENGINE else None
    levels = f"minimal {_level(rule.minimal)}, recommended {_level(rule.recommended)}, strict {_level(rule.strict)}"
    ours = "\nRuns only on documents that keep our conventions (info.x-sources).\n" if rule.curated else ""
    return (
        f"{rule.id} ({rule.group}; {levels})\n{ours}\n{rule.what}\n\nWhy: {rule.why}\n\n"
        f"Bad:\n\n{_indented(rule.bad)}\nGood:\n\n{_indented(rule.good)}"
    )


def table() -> str:
    """The list of docs/lint.md: a Markdown table for each group."""
    parts: list[str] = []
    for group in Group:
        rules = [rule for rule in RULES if rule.group is group]
        if rules:
            parts.extend((f"### {group.title()}", "", *_rows(rules), ""))
    parts.extend(("### Control", "", "| rule | what |", "|---|---|"))
    parts.extend(f"| `{name}` | {what} |" for name, what in ENGINE.items())
    return "\n".join(parts) + "\n"


def _rows(rules: list[Rule]) -> list[str]:
    lines = ["| rule | minimal | recommended | strict | what |", "|---|---|---|---|---|"]
    for rule in rules:
        levels = " | ".join(_level(item) for item in (rule.minimal, rule.recommended, rule.strict))
        mark = " ¹" if rule.curated else ""
        what = rule.what.replace("|", "\\|")
        lines.append(f"| `{rule.id}`{mark} | {levels} | {what} |")
    return lines


def _level(severity: Severity | None) -> str:
    return str(severity) if severity is not None else "off"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
