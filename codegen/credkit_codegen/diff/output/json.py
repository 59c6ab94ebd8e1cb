"""For programs. The shape is a promise: `report.schema.json` beside this file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ...diagnostics import Severity
from ..change import Change, Spot, Verdict
from ..report import Report

VERSION = 1


def render(reports: Sequence[Report]) -> str:
    """One object: version, counts, and a report for each comparison."""
    counts = Counter(item.severity for report in reports for item in report.changes)
    data = {
        "version": VERSION,
        "breaking": any(report.is_breaking for report in reports),
        "counts": {str(severity): counts[severity] for severity in Severity},
        "comparisons": [_report(report) for report in reports],
    }
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"


def _report(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "old": report.old,
        "new": report.new,
        "bump": report.bump.label,
        "verdicts": {str(verdict): report.verdict_word(verdict) for verdict in Verdict},
        "notes": list(report.notes),
        "changes": [_change(item) for item in report.changes],
    }


def _change(item: Change) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "verdict": str(item.verdict),
        "severity": str(item.severity),
        "direction": str(item.direction) if item.direction is not None else None,
        "message": item.message,
        "means": item.means,
        "operations": list(item.operations),
        "old": _spot(item.old),
        "new": _spot(item.new),
        "fingerprint": item.fingerprint,
        "accepted": item.accepted,
    }


def _spot(spot: Spot | None) -> dict[str, Any] | None:
    if spot is None:
        return None
    return {"file": spot.file, "line": spot.line, "column": spot.column, "pointer": spot.pointer}
