"""The changelog: what changed, for the people who install the package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ..diagnostics import Severity
from ..diff.change import Change, Verdict
from ..diff.report import Report
from ..escapes import markdown_cell
from ..project import UsageError
from .versions import Version

NAME = "CHANGELOG.md"
_HEADINGS = {
    Severity.ERROR: "Breaking",
    Severity.WARNING: "Worth a look",
    Severity.INFO: "New and compatible",
}
_ORDER = (Verdict.WIRE, Verdict.BEHAVIOUR, Verdict.PYTHON)
_MOST = 40
# What fails because of a change that is told itself; told only where nothing else explains it.
_EVIDENCE = frozenset({"python-test-fails", "python-typing-fails"})


def render_section(report: Report, version: Version, day: date, methods: Mapping[str, str]) -> str:
    """One version: what breaks with what to do about it, what may matter, what is new.

    `methods` maps an operation of the API ("POST /pets") to the method that calls it ("pets.add").
    """
    lines = [f"## {version} ({day.isoformat()})", ""]
    told = [item for verdict in _ORDER for item in report.of(verdict) if item.rule not in _EVIDENCE]
    if not any(item.severity is Severity.ERROR for item in told):
        told = [item for verdict in _ORDER for item in report.of(verdict)]
    for severity, heading in _HEADINGS.items():
        changes = [item for item in told if item.severity is severity]
        if changes:
            lines.extend((f"### {heading}", "", *_items(changes, methods), ""))
    if len(lines) == 2:
        words = "Nothing changed in names, types or behaviour." if report.text_changed else "Nothing changed."
        lines.extend((words, ""))
    return "\n".join(lines)


def render_first(version: Version, day: date) -> str:
    """The section of a first release."""
    return f"## {version} ({day.isoformat()})\n\nFirst release.\n"


def _items(changes: Sequence[Change], methods: Mapping[str, str]) -> Iterator[str]:
    yield from (_item(item, methods) for item in changes[:_MOST])
    if len(changes) > _MOST:
        yield f"- And {len(changes) - _MOST} more; `credkit-codegen diff` lists them all."


def _item(change: Change, methods: Mapping[str, str]) -> str:
    calls = sorted({methods[name] for name in change.operations if name in methods})
    shown = [f"`{name}()`" for name in calls[:3]] + ([f"{len(calls) - 3} more"] if len(calls) > 3 else [])
    way = {"request": "In requests, ", "response": "In answers, "}.get(change.direction or "", "")
    text = f"{way}{_escaped(change.message)}"
    about = f" ({', '.join(shown)})" if shown else ""
    told = change.means if change.severity is not Severity.INFO else ""
    return f"- {text}{about}." + (f" {told[0].upper()}{told[1:]}." if told else "")


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is; an underline inside a word is one already."""
    return re.sub(r"(?<=\w)\\_(?=\w)", "_", markdown_cell(text))


def with_section(changelog: str | None, section: str, distribution: str, version: Version) -> str:
    """The changelog with one more section on top of the others.

    Raises:
        UsageError: it has a section of that version.
    """
    head = f"# Changelog of {distribution}\n\nWritten by `credkit-codegen release`, newest first; mend words, keep headings.\n"
    if changelog is None:
        return f"{head}\n{section.rstrip()}\n"
    if f"\n## {version} " in changelog:
        raise UsageError(f"{NAME} has a section for {version} already", "take it out, or name another --base")
    first = changelog.find("\n## ")
    before, after = (changelog, "") if first < 0 else (changelog[: first + 1], changelog[first + 1 :])
    return f"{before.rstrip()}\n\n{section.rstrip()}\n" + (f"\n{after.rstrip()}\n" if after else "")
