"""For programs. The shape is a promise: `report.schema.json` beside this file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ...diagnostics import Severity
from ..engine import Report
from ..fingerprint import fingerprint

VERSION = 1


def render(reports: Sequence[Report]) -> str:
    """One object: version, counts, and a report for each document."""
    counts = Counter(item.severity for report in reports for item in report.diagnostics)
    data = {
        "version": VERSION,
        "counts": {str(severity): counts[severity] for severity in Severity},
        "documents": [_document(report) for report in reports],
    }
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"


def _document(report: Report) -> dict[str, Any]:
    findings = [
        {
            "rule": item.rule,
            "severity": str(item.severity),
            "message": item.message,
            "help": item.help,
            "file": item.file,
            "line": item.line,
            "column": item.column,
            "pointer": item.pointer,
            "fingerprint": fingerprint(item, report.file),
        }
        for item in report.diagnostics
    ]
    return {"file": report.file, "ignored": report.hidden, "findings": findings}
