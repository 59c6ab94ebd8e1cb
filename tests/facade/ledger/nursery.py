"""A process that forks children to be killed. Reads orders from its input, one JSON object a line, and answers each with one.

A child issues (`{"do": "issue"}`) or takes up what an earlier one left (`{"do": "resume"}`), and ends itself with SIGKILL at the step
`die_at`: before a statement of SQL, a request, the end of an answer, or a call that makes the key file. All that is needed is
wrapped around the libraries from here; Credkit knows nothing of it.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import credkit
from credkit import IssueRequest, Person, Template
from credkit.ledger import Kept, SqliteLedger, recorded
from credkit.results import Issued, Result, Unknown
from credkit.runtime.events import Hooks


class Steps:
    """Counts what a child does, and ends it."""

    def __init__(self, die_at: int | None) -> None:
        self.count = 0
        self.die_at = die_at
        self.lock = threading.Lock()

    def tick(self, *_: object) -> None:
        with self.lock:
            self.count += 1
            if self.count == self.die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            return function(*args, **kwargs)

        return stepped


def wrap(steps: Steps) -> None:
    """Make a step of everything that a ledger asks of the system."""

    class Connection(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            steps.tick()
            return super().execute(*args)

        def executemany(self, *args: Any) -> sqlite3.Cursor:
            steps.tick()
            return super().executemany(*args)

    sqlite3.connect = partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]
    for name in ("link", "unlink", "fsync", "open"):
        setattr(os, name, steps.before(getattr(os, name)))


class Clock:
    """The simulator's time, some seconds on."""

    def __init__(self, start: float) -> None:
        self.start = start - time.monotonic()

    def now(self) -> float:
        return self.start + time.monotonic()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.01))

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)


def request(template: dict[str, Any], number: int) -> IssueRequest:
    person = Person(f"Person {number:03}", f"person{number}@example.com", id=f"did:example:{number}")
    made = Template(template["id"], subject=template.get("subject", {}))
    return IssueRequest(made, person, claims=template.get("claims", {}), reference=f"enrol-{number}")


def child(order: dict[str, Any], steps: Steps) -> list[str]:
    """Issue, or resume; the kinds of the results."""
    clock = Clock(order["now"])
    hooks = Hooks(on_request=steps.tick, on_response=steps.tick)
    ledger = SqliteLedger.open(order["ledger"], now=clock.moment)
    issuer = credkit.connect(order["vendor"], ledger=ledger, clock=clock, hooks=hooks, **order["settings"])
    with issuer:
        requests = [request(order["template"], number) for number in range(order["people"])]
        if order["do"] == "resume":
            for result in issuer.run(recorded.reconcile(issuer.adapter, ledger, issuer.account, requests, clock=clock)):
                if isinstance(result, Unknown):
                    seen = order["seen"].get(result.request.subject.name)
                    key = recorded.fence(issuer.adapter, ledger, issuer.account, result.request)
                    ledger.decide(key, issued=Kept(id=seen) if seen else None, by="ada", why="seen in the portal")
        return [_kind(one) for one in issuer.issue(requests, label="May")]


def _kind(result: Result) -> str:
    """The kind of a result, with the reason when it has one."""
    return type(result).__name__ if isinstance(result, Issued) else f"{type(result).__name__}: {result.reason}"


def serve(order: dict[str, Any]) -> dict[str, Any]:
    """Fork a child for an order, and say what became of it. `warm`: do it here, so that children find everything loaded."""
    if order.get("warm"):
        return {"status": 0, "results": child(order, Steps(None))}
    reader, writer = os.pipe()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        steps = Steps(order.get("die_at"))
        wrap(steps)
        try:
            answer: dict[str, Any] = {"results": child(order, steps)}
        except BaseException as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        os.write(writer, json.dumps(answer | {"steps": steps.count}).encode())
        os._exit(0)
    os.close(writer)
    if order.get("kill_after") is not None:
        time.sleep(order["kill_after"])
        os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is still its
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return {"status": status, "seconds": time.monotonic() - began} | (json.loads(said) if said else {})


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(serve(json.loads(line))), flush=True)
