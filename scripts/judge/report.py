"""What came out for one document, as a line for people and as lines of JSON for the failures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .measure import ImportCost, TestRun

HEADER = (
    f"{'document':18}{'ops':>6}{'gener.':>8}{'requests':>14}{'second':>8}{'responses':>14}{'errors':>12}{'unjudged':>10}"
    f"{'degraded':>10}{'tests':>12}{'mypy':>6}{'pyright':>9}{'seconds':>9}{'MB':>6}{'import ms':>14}{'+MB':>6}{'size MB':>9}"
)


@dataclass(slots=True)
class Result:
    """Everything about one document.

    Attributes:
        operations: in the document; `generated`: of these, in the package (by `inspect`).
        outcomes: one for every operation that was called; see `exercise.Outcome`.
        tests: what came of the package's own tests, or why nothing did, or None when they were not run.
        mypy, pyright: errors, or why there is no verdict, or None when it was not asked for.
        generate_seconds, generate_mb: wall time and peak memory of the generator.
        fatal: why there is nothing more.
    """

    document: str
    operations: int = 0
    generated: int = 0
    degraded: int = 0
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    tests: TestRun | str | None = None
    mypy: list[str] | str | None = None
    pyright: list[str] | str | None = None
    generate_seconds: float = 0.0
    generate_mb: float = 0.0
    imported: ImportCost | None = None
    size_mb: float = 0.0
    sample: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    fatal: str | None = None

    def fail(self, stage: str, reason: str) -> None:
        """Note a failure that no single operation has."""
        self.problems.append((stage, reason))

    def count(self, key: str, value: str) -> int:
        """How many operations came out as `value` in `request` or `response`."""
        return sum(outcome[key] == value for outcome in self.outcomes)

    @property
    def clean(self) -> bool:
        """Whether nothing failed."""
        return not (
            self.problems
            or self.operations != self.generated
            or self.count("request", "failed")
            or self.count("response", "failed")
            or any(one["errors"] != one["errors_ok"] for one in self.outcomes)
            or isinstance(self.tests, str)
            or (self.tests is not None and self.tests.failed)
            or self.mypy
            or self.pyright
        )

    def line(self) -> str:
        """One line of the table."""
        if self.fatal is not None:
            return f"{self.document:18}{self.operations:>6}  {' '.join(self.fatal.split())[:140]}"
        second = sum(one["unread"] is not None and one["request"] == "ok" for one in self.outcomes)
        unjudged = sum("not judged" in (one["request"], one["response"]) for one in self.outcomes)
        errors = f"{sum(one['errors_ok'] for one in self.outcomes)}/{sum(one['errors'] for one in self.outcomes)}"
        cost = self.imported
        times = f"{cost.package_ms:.0f}/{cost.bare_ms:.0f}" if cost else "-"
        added = f"{cost.package_mb - cost.bare_mb:.0f}" if cost else "-"
        return (
            f"{self.document:18}{self.operations:>6}{self.generated:>8}{self._share('request'):>14}{second:>8}"
            f"{self._share('response'):>14}{errors:>12}{unjudged:>10}{self.degraded:>10}{_passed(self.tests):>12}{_number(self.mypy):>6}"
            f"{_number(self.pyright):>9}{self.generate_seconds:>9.1f}{self.generate_mb:>6.0f}{times:>14}{added:>6}"
            f"{self.size_mb:>9.1f}" + (f"   sampled {len(self.outcomes)}" if self.sample else "")
        )

    def _share(self, key: str) -> str:
        return f"{self.count(key, 'ok')}/{len(self.outcomes)}"

    def failures(self) -> Iterator[str]:
        """A line of JSON for everything that went wrong or could not be judged."""
        for stage, reason in self.problems:
            yield self._failure("", stage, "", reason)
        for tool, errors in (("mypy", self.mypy), ("pyright", self.pyright)):
            for error in errors if isinstance(errors, list) else [errors] if errors else []:
                yield self._failure("", tool, "", error)
        if self.tests is not None:
            for failure in (self.tests,) if isinstance(self.tests, str) else self.tests.failed:
                yield self._failure("", "tests", "", failure)
        for outcome in self.outcomes:
            for one in outcome["failures"]:
                yield self._failure(outcome["operation"], one["stage"], one["kind"], one["reason"])
            if outcome["unread"] is not None:
                yield self._failure(outcome["operation"], "unread by openapi-core", "", outcome["unread"])

    def _failure(self, operation: str, stage: str, kind: str, reason: str) -> str:
        record = {"document": self.document, "operation": operation, "stage": stage, "kind": kind, "reason": reason}
        return json.dumps(record, ensure_ascii=True)


def total(results: list[Result]) -> str:
    """The last line: sums over all documents."""
    outcomes = [outcome for result in results for outcome in result.outcomes]
    operations = sum(result.operations for result in results)
    whole = sum(result.clean and result.fatal is None for result in results)
    valid = sum(one["request"] == "ok" for one in outcomes)
    back = sum(one["response"] == "ok" for one in outcomes)
    unjudged = sum("not judged" in (one["request"], one["response"]) for one in outcomes)
    return (
        f"{len(results)} documents, {whole} without a failure; {operations} operations, "
        f"{sum(result.generated for result in results)} generated, {len(outcomes)} called: "
        f"{valid} requests valid, {back} responses round-tripped, {unjudged} not judged in full"
    )


def _number(errors: list[str] | str | None) -> str:
    if errors is None:
        return "-"
    return str(len(errors)) if isinstance(errors, list) else "?"


def _passed(tests: TestRun | str | None) -> str:
    if tests is None:
        return "-"
    return "?" if isinstance(tests, str) else f"{tests.passed}/{tests.passed + len(tests.failed)}"
