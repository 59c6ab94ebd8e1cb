"""A baseline: findings that a document had when lint was introduced. They are not told, and can only become fewer.

The file is JSON: fingerprints with the rule and place that they had, for people. `--write-baseline` makes it once;
`--update-baseline` takes out what no longer occurs and never adds. An entry that matches nothing is a finding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..diagnostics import Diagnostic, Severity, SpecError
from .engine import Report
from .fingerprint import fingerprint

VERSION = 1
NEVER = frozenset({"rule-crashed", "config-invalid"})


def load_baseline(path: Path) -> dict[str, str]:
    """Fingerprints with what they stand for.

    Raises:
        SpecError: the file cannot be read or is no baseline.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = data["findings"]
        if data["version"] != VERSION or not all(isinstance(item, str) for item in found.values()):
            raise ValueError("another version or shape")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"expected a baseline; got: {type(error).__name__}: {error}"
        raise SpecError(
            [_about(path, "config-invalid", Severity.ERROR, message, "write one with --write-baseline")]
        ) from None
    return dict(found)


def write_baseline(path: Path, findings: Mapping[str, str]) -> None:
    """Write the file, sorted, one finding a line."""
    ordered = dict(sorted(findings.items(), key=lambda pair: (pair[1], pair[0])))
    path.write_text(json.dumps({"version": VERSION, "findings": ordered}, indent=2) + "\n", encoding="utf-8")


def findings_of(report: Report) -> dict[str, str]:
    """What a baseline of this report holds."""
    return {
        fingerprint(item, report.file): f"{item.rule} {item.pointer or item.message}"
        for item in report.diagnostics
        if item.rule not in NEVER
    }


def apply_baseline(report: Report, path: Path, findings: Mapping[str, str]) -> Report:
    """The report without what the baseline knows, and with a finding for each entry that is over."""
    kept: list[Diagnostic] = []
    met: set[str] = set()
    for item in report.diagnostics:
        mark = fingerprint(item, report.file)
        if mark in findings and item.rule not in NEVER:
            met.add(mark)
        else:
            kept.append(item)
    for mark, what in findings.items():
        if mark not in met:
            message = f"expected {what} still to be found; it is not"
            kept.append(_about(path, "ignore-unused", Severity.WARNING, message, "run with --update-baseline"))
    hidden = report.hidden + len(report.diagnostics) - sum(item.file != str(path) for item in kept)
    return replace(report, diagnostics=tuple(kept), hidden=hidden)


def shrink(findings: Mapping[str, str], report: Report) -> dict[str, str]:
    """The entries that still occur; nothing is added."""
    now = findings_of(report)
    return {mark: what for mark, what in findings.items() if mark in now}


def _about(path: Path, rule: str, severity: Severity, message: str, help_: str) -> Diagnostic:
    return Diagnostic(rule=rule, severity=severity, message=message, help=help_, file=str(path))
