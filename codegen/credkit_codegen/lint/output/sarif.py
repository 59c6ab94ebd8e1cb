"""SARIF 2.1.0, which code hosts read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from ...diagnostics import Diagnostic, Severity
from ..engine import Report
from ..fingerprint import fingerprint
from ..registry import ENGINE, RULES

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(reports: Sequence[Report]) -> str:
    """One run with all documents."""
    used = sorted({item.rule for report in reports for item in report.diagnostics})
    index = {rule: number for number, rule in enumerate(used)}
    driver = {"name": "credkit-codegen lint", "version": _version(), "rules": [_rule(rule) for rule in used]}
    results = [_result(item, report, index) for report in reports for item in report.diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True) + "\n"


def _version() -> str:
    try:
        return version("credkit-codegen")
    except PackageNotFoundError:
        return "0"


def _rule(id_: str) -> dict[str, Any]:
    known = next((rule for rule in RULES if rule.id == id_), None)
    if known is None:
        return {"id": id_, "shortDescription": {"text": ENGINE.get(id_, id_)}}
    return {
        "id": id_,
        "shortDescription": {"text": known.what},
        "fullDescription": {"text": known.why},
        "properties": {"group": str(known.group)},
    }


def _result(item: Diagnostic, report: Report, index: dict[str, int]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(item.file)}}
    if item.line:
        place["region"] = {"startLine": item.line, **({"startColumn": item.column} if item.column else {})}
    location: dict[str, Any] = {"physicalLocation": place}
    if item.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": item.pointer}]
    return {
        "ruleId": item.rule,
        "ruleIndex": index[item.rule],
        "level": LEVELS[item.severity],
        "message": {"text": f"{item.message}. Help: {item.help}"},
        "locations": [location],
        "partialFingerprints": {"credkitLint/v1": fingerprint(item, report.file)},
    }
