"""What a run of lint is told: profile, switches with their reasons, rules of the user's own.

They come from the command line and from `[lint]` in the `client.toml` beside a document:

    [lint]
    profile = "strict"
    disable = { "rule-id" = "why it does not apply here" }
    severity = { "rule-id" = "error" }        # or warning, info; also switches a rule on
    rules = "house_rules.py"                  # a module with a tuple RULES
    baseline = "lint-baseline.json"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..diagnostics import Diagnostic, Severity, SpecError
from .rule import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`None` for a profile means: not said. `file` is the configuration, for findings about it."""

    profile: Profile | None = None
    disable: Mapping[str, str] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    rules: Path | None = None
    baseline: Path | None = None
    only: frozenset[str] = frozenset()
    file: str = ""
    text: str = field(default="", repr=False)

    @property
    def effective(self) -> Profile:
        return self.profile or Profile.RECOMMENDED


_KEYS = ("profile", "disable", "severity", "rules", "baseline")


def load_settings(document: Path, given: Settings) -> Settings:
    """`given` (the command line) over `[lint]` of the `client.toml` beside the document, where there is one.

    Raises:
        SpecError: the file cannot be read, or says something about lint that we do not know.
    """
    path = document.parent / "client.toml"
    if not path.is_file():
        return given
    import tomllib

    file = str(path)
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text).get("lint", {})
    except (OSError, ValueError) as error:
        raise SpecError([_fault(file, f"expected a readable TOML file; got: {error}")]) from None
    faults: list[Diagnostic] = []
    found = _read(table if isinstance(table, dict) else {}, path, faults)
    if faults:
        raise SpecError(faults)
    return replace(
        found,
        profile=given.profile or found.profile,
        rules=given.rules or found.rules,
        baseline=given.baseline or found.baseline,
        severity={**found.severity, **given.severity},
        only=given.only,
        file=file,
        text=text,
    )


def _read(table: Mapping[str, object], path: Path, faults: list[Diagnostic]) -> Settings:
    file = str(path)
    for key in table:
        if key not in _KEYS:
            faults.append(_fault(file, f"lint.{key}: expected one of {', '.join(_KEYS)}"))
    profile = table.get("profile")
    if profile is not None and profile not in set(Profile):
        faults.append(_fault(file, f"lint.profile: expected one of {', '.join(Profile)}; got {profile!r:.60}"))
        profile = None
    severity: dict[str, Severity] = {}
    for rule, value in _table(table, "severity", file, faults).items():
        if value in set(Severity):
            severity[rule] = Severity(str(value))
        else:
            faults.append(_fault(file, f"lint.severity.{rule}: expected error, warning or info; got {value!r:.60}"))
    return Settings(
        profile=Profile(str(profile)) if profile is not None else None,
        disable={rule: str(reason).strip() for rule, reason in _table(table, "disable", file, faults).items()},
        severity=severity,
        rules=_path(table, "rules", path, faults),
        baseline=_path(table, "baseline", path, faults),
    )


def _table(table: Mapping[str, object], key: str, file: str, faults: list[Diagnostic]) -> Mapping[str, object]:
    value = table.get(key, {})
    if isinstance(value, dict):
        return value
    faults.append(_fault(file, f"lint.{key}: expected a table"))
    return {}


def _path(table: Mapping[str, object], key: str, path: Path, faults: list[Diagnostic]) -> Path | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, str) and value:
        return path.parent / value
    faults.append(_fault(str(path), f"lint.{key}: expected a path from this file"))
    return None


def _fault(file: str, message: str) -> Diagnostic:
    return Diagnostic(
        rule="config-invalid", severity=Severity.ERROR, message=message, help="see docs/lint.md, Control", file=file
    )
