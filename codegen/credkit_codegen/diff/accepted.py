"""Accepted changes: a file that lets breaking changes through by fingerprint, each with a reason.

    [[change]]
    fingerprint = "0123456789abcdef"
    change = "GET /pets is gone [operation-removed]"
    reason = "The vendor switched it off in May; no caller is left."

What is accepted no longer fails a run. It still decides the next version: a break that everybody agreed on is a break.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..diagnostics import Diagnostic, Severity, SpecError
from ..literals import toml_string
from .change import Change

NAME = "diff-accepted.toml"
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


def load_accepted(path: Path) -> dict[str, str]:
    """Reasons by fingerprint.

    Raises:
        SpecError: the file cannot be read, or an entry has no fingerprint or no reason; every fault is listed.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError([_fault(path, f"expected TOML; got: {error}")]) from None
    entries = data.get("change", [])
    faults: list[Diagnostic] = []
    found: dict[str, str] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else [None], 1):
        mark, reason = (entry.get("fingerprint"), entry.get("reason")) if isinstance(entry, dict) else (None, None)
        if not isinstance(mark, str) or not _FINGERPRINT.fullmatch(mark):
            faults.append(
                _fault(path, f"expected 16 hexadecimal digits as `fingerprint` of change {number}; got {mark!r}")
            )
        elif not isinstance(reason, str) or not reason.strip():
            faults.append(_fault(path, f"expected a `reason` for change {mark}; got {reason!r}"))
        else:
            found[mark] = reason.strip()
    if faults:
        raise SpecError(faults)
    return found


def accept(changes: Iterable[Change], accepted: Mapping[str, str]) -> tuple[Change, ...]:
    """The changes, with the reason on those that are accepted."""
    return tuple(replace(item, accepted=accepted.get(item.fingerprint)) for item in changes)


def unused(changes: Iterable[Change], accepted: Mapping[str, str]) -> tuple[str, ...]:
    """Fingerprints that match no change."""
    met = {item.fingerprint for item in changes}
    return tuple(sorted(mark for mark in accepted if mark not in met))


def render_entries(changes: Iterable[Change]) -> str:
    """Entries for every change that breaks and is not accepted, for a person to give the reasons."""
    parts = []
    for item in changes:
        if item.breaks:
            said = toml_string(f"{item.message} [{item.rule}]")
            parts.append(f'[[change]]\nfingerprint = "{item.fingerprint}"\nchange = {said}\nreason = ""\n')
    return "\n".join(parts)


def _fault(path: Path, message: str) -> Diagnostic:
    return Diagnostic(
        rule="accepted-invalid",
        severity=Severity.ERROR,
        message=message,
        help="run diff with --list-unaccepted for entries to fill in",
        file=str(path),
    )
