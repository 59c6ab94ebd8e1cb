"""Call every operation of one generated package and judge what it sends and what it makes of the answers.

Runs in a process of its own (`python -m scripts.judge.exercise`, a job as JSON on standard input, the result on standard
output), because it imports generated code.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .answers import Expected, build_answers
from .compare import differences, load
from .document import Document, DocumentError, Operation, read_document
from .draw import OutOfTime, time_limit
from .intent import Intent
from .intents import Inexpressible, NotJudged, build_intents
from .oracle import Oracle
from .package import BadArgument, Method, Package, bound, convert
from .schema import Direction
from .servers import base_paths, required_variables
from .values import Values
from .wire import Answer, Captured, Wire, serve

BASE_PATH = "/judge/v1"
CALL_SECONDS = 20.0
MOST_FAILURES = 6
"""Failures that are kept of one operation."""


@dataclass(slots=True)
class Outcome:
    """What became of one operation.

    `request` and `response` are `ok`, `failed` or `not judged`; `unread` says why openapi-core could not judge the request
    and only the second judge did.
    """

    operation: str
    request: str = "not judged"
    response: str = "not judged"
    errors: int = 0
    errors_ok: int = 0
    unread: str | None = None
    failures: list[dict[str, str]] = field(default_factory=list)

    def fail(self, stage: str, kind: str, reason: str) -> None:
        """Note a failure; the same reason once, and no more than MOST_FAILURES."""
        known = {(one["stage"], one["reason"]) for one in self.failures}
        if (stage, reason) not in known and len(self.failures) < MOST_FAILURES:
            self.failures.append({"stage": stage, "kind": kind, "reason": reason[:600]})


class Exercise:
    """One package against its document."""

    def __init__(self, document: Document, package: Package, *, seed: int, drawing: bool) -> None:
        from credkit.runtime.models import to_json

        self.document = document
        self.package = package
        self.oracle = Oracle(document)
        self.requests = Values(document, Direction.REQUEST, seed, drawing)
        self.responses = Values(document, Direction.RESPONSE, seed, drawing)
        self.variables = required_variables(document)
        self.to_json = to_json
        self.drift: list[str] = []

    def run(self, operations: list[Operation], wire: Wire) -> Iterator[Outcome]:
        """Judge operations one by one."""
        methods = {method.key: method for method in self.package.methods}
        for operation in operations:
            method = methods.get((operation.method.lower(), operation.path))
            outcome = Outcome(operation.label)
            if method is None:
                outcome.request = outcome.response = "failed"
                outcome.fail("generate", "", "inspect does not list the operation")
            else:
                try:
                    self._operation(operation, method, wire, outcome)
                    for variant in method.variants:
                        self._variant(operation, variant, wire, outcome)
                except DocumentError as error:
                    outcome.fail("not judged", "", str(error))
            yield outcome

    def _operation(self, operation: Operation, method: Method, wire: Wire, outcome: Outcome) -> None:
        intents: tuple[Intent, ...] = ()
        try:
            intents = build_intents(self.document, self.requests, operation, method.body)
        except NotJudged as error:
            outcome.fail("not judged", "request", str(error))
            return
        except Inexpressible as error:
            outcome.request = "failed"
            outcome.fail("arguments", "", str(error))
            return
        expected, reasons = build_answers(self.document, self.responses, operation)
        for reason in reasons:
            outcome.fail("not judged", "response", reason)
        successes = [one for one in expected if not one.is_error]
        if not successes and not reasons:
            outcome.fail("not judged", "response", "the document has no answer but errors")
        neutral = Expected(200, "lean", "none", None, Answer(200, "application/json", b"{}"))
        for number in range(max(len(intents), len(successes))):
            intent = intents[min(number, len(intents) - 1)]
            answer = successes[min(number, len(successes) - 1)] if successes else neutral
            self._exchange(operation, method, intent, answer, wire, outcome)
        for answer in expected:
            if answer.is_error and outcome.request == "ok":
                self._error(method, intents[-1], answer, wire, outcome)

    def _variant(self, operation: Operation, method: Method, wire: Wire, outcome: Outcome) -> None:
        """What a method for a further media type sends; answers are those of the operation and judged there."""
        label = str(method.record["python"])
        try:
            intents = build_intents(self.document, self.requests, operation, method.body)
        except (NotJudged, Inexpressible) as error:
            judged = isinstance(error, Inexpressible)
            outcome.request = "failed" if judged else outcome.request
            outcome.fail("arguments" if judged else "not judged", label, str(error))
            return
        neutral = Expected(200, "lean", "none", None, Answer(200, "application/json", b"{}"))
        for intent in intents:
            self._exchange(operation, method, intent, neutral, wire, outcome)

    # --- one call --------------------------------------------------------------------------------------------------

    def _exchange(
        self, operation: Operation, method: Method, intent: Intent, expected: Expected, wire: Wire, outcome: Outcome
    ) -> None:
        try:
            value, error, captured = self._call(method, intent, expected, wire)
        except BadArgument as bad:
            outcome.request = "failed"
            outcome.fail("arguments", intent.kind, str(bad))
            return
        if not captured:
            outcome.request = "failed"
            outcome.fail("call", intent.kind, f"nothing was sent: {_describe(error)}")
            return
        self._judge_request(operation, intent, captured[0], outcome)
        if expected.form != "none":
            self._judge_response(expected, value, error, outcome)

    def _call(
        self, method: Method, intent: Intent, expected: Expected, wire: Wire
    ) -> tuple[Any, BaseException | None, list[Captured]]:
        """The value or the exception of a call, and the requests that were sent."""
        wire.answer = expected.answer
        wire.take()
        self.drift = []
        with self._client(wire) as client:
            function = bound(client, str(method.record["python"]), streaming=expected.form == "items")
            arguments = convert(function, method.arguments(intent))
            try:
                with time_limit(CALL_SECONDS):
                    return self._drained(function(**arguments), expected), None, wire.take()
            except (Exception, OutOfTime) as error:  # whatever it raises is what is judged
                return None, error, wire.take()

    def _client(self, wire: Wire) -> Any:
        from credkit.runtime import Hooks, MemoryStore

        def note(event: Any) -> None:
            self.drift += [str(one) for one in event.drift]

        options = {"max_attempts": 1, "timeout": 10.0, "hooks": Hooks(on_drift=note)}
        return self.package.client(wire.base_url, self.variables, rate_limit_store=MemoryStore(), **options)

    def _drained(self, value: Any, expected: Expected) -> Any:
        """What a stream holds; other values as they are."""
        from credkit.runtime import Stream

        if not isinstance(value, Stream):
            return value
        with value as stream:
            return list(stream.items()) if expected.form == "items" else stream.read()

    # --- judgement -------------------------------------------------------------------------------------------------

    def _judge_request(self, operation: Operation, intent: Intent, got: Captured, outcome: Outcome) -> None:
        allowed = base_paths(operation, BASE_PATH)
        base = next((path for path in allowed if got.path.startswith(path)), BASE_PATH)
        verdict = self.oracle.judge(operation, base, intent, got)
        for problem in verdict.problems:
            outcome.fail("request", intent.kind, problem)
        outcome.unread = outcome.unread or verdict.unread
        if verdict.problems:
            outcome.request = "failed"
        elif outcome.request != "failed":
            outcome.request = "ok"

    def _judge_response(self, expected: Expected, value: Any, error: BaseException | None, outcome: Outcome) -> None:
        label = f"{expected.status} {expected.kind}"
        problems = [_describe(error)] if error is not None else list(self._response_problems(expected, value))
        problems += [f"drift: {one}" for one in self.drift]
        for problem in problems[:3]:
            outcome.fail("response", label, problem)
        if problems:
            outcome.response = "failed"
        elif outcome.response != "failed":
            outcome.response = "ok"

    def _response_problems(self, expected: Expected, value: Any) -> Iterator[str]:
        if expected.form in ("json", "items"):
            try:
                got = load(self.to_json(value))
            except Exception as error:  # a value that cannot be written again
                yield f"cannot be serialised: {_describe(error)}"
                return
            wanted = load(json.dumps(expected.value))
            found = list(differences(wanted, got))
            yield from found[:3]
        elif expected.form == "empty":
            if value not in (None, "", b""):
                yield f"expected None, got {type(value).__name__}"
        elif (value.encode() if isinstance(value, str) else value) != expected.answer.body:
            yield f"expected {expected.form} of {len(expected.answer.body or b'')} bytes, got {_brief(value)}"

    def _error(self, method: Method, intent: Intent, expected: Expected, wire: Wire, outcome: Outcome) -> None:
        """A documented error has to raise, with its status and its body."""
        from credkit.runtime.errors import StatusError

        outcome.errors += 1
        _, error, _ = self._call(method, intent, expected, wire)
        label = str(expected.status)
        if not isinstance(error, StatusError) or error.status != expected.status:
            outcome.fail("error", label, f"expected a StatusError of {expected.status}, got {_describe(error)}")
            return
        problems = list(self._response_problems(expected, error.body)) if expected.form == "json" else []
        problems += [f"drift: {one}" for one in self.drift]
        for problem in problems[:2]:
            outcome.fail("error", label, problem)
        outcome.errors_ok += not problems


def _describe(error: BaseException | None) -> str:
    if error is None:
        return "no exception"
    cause = f" (from {type(error.__cause__).__name__}: {error.__cause__})" if error.__cause__ is not None else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}{cause[:200]}"


def _brief(value: object) -> str:
    text = ascii(value)
    return f"{type(value).__name__} {text if len(text) < 80 else text[:77] + '...'}"


def choose(operations: list[Operation], sample: int, seed: int) -> list[Operation]:
    """All operations, or `sample` of them spread evenly, the same ones every time."""
    if not sample or len(operations) <= sample:
        return operations
    picked = sorted(random.Random(seed).sample(range(len(operations)), sample))
    return [operations[index] for index in picked]


def main() -> None:
    """Read a job, judge, write the result."""
    job = json.load(sys.stdin)
    started = time.perf_counter()
    document = read_document(Path(job["spec"]))
    package = Package(Path(job["folder"]), json.loads(Path(job["description"]).read_text()))
    everything = list(document.operations())
    operations = choose(everything, job["sample"], job["seed"])
    outcomes: list[dict[str, Any]] = []
    exercise = Exercise(document, package, seed=job["seed"], drawing=job["drawing"])
    with serve(BASE_PATH) as wire:
        for outcome in exercise.run(operations, wire):
            outcomes.append(asdict(outcome))
    with suppress(BrokenPipeError):
        json.dump({"outcomes": outcomes, "seconds": time.perf_counter() - started}, sys.stdout)


if __name__ == "__main__":
    main()
