"""JUnit XML: a suite for each document, a case for each finding; a clean document is one case that passed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from ...diagnostics import Severity, place, printable
from ..engine import Report

# Characters that XML 1.0 cannot hold, not even escaped.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[Report]) -> str:
    """One `testsuites` element."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for report in reports:
        lines.extend(_suite(report))
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(report: Report) -> list[str]:
    failures = sum(item.severity is not Severity.INFO for item in report.diagnostics)
    tests = max(1, len(report.diagnostics))
    lines = [f'  <testsuite name={_attribute(report.file)} tests="{tests}" failures="{failures}" errors="0">']
    if not report.diagnostics:
        lines.append(f'    <testcase classname={_attribute(report.file)} name="lint"/>')
    for item in report.diagnostics:
        name = f"{item.rule} {place(item)}"
        open_ = f"    <testcase classname={_attribute(report.file)} name={_attribute(name)}"
        if item.severity is Severity.INFO:
            lines.append(f"{open_}/>")
            continue
        text = escape(_fit(f"{place(item)}: {printable(item.message)}\nhelp: {printable(item.help)}"))
        failure = f"<failure type={_attribute(str(item.severity))} message={_attribute(item.message)}>{text}</failure>"
        lines.extend((f"{open_}>", f"      {failure}", "    </testcase>"))
    return [*lines, "  </testsuite>"]


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_fit(printable(text)))
