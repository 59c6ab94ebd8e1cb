"""The sandbox beside Prism: the same operation, the same load, in one run on this machine.

    python scripts/bench_sandbox.py                     # Prism from npm into .cache, when Node is there
    python scripts/bench_sandbox.py --prism PATH        # Prism's command, where it is installed already

Both serve Record's document and answer `GET /credentials/{batchId}` and `POST /credentials`. The sandbox keeps state and checks
requests and answers; Prism checks requests and answers with the example. The load is one keep-alive connection for each
of four threads in a process of its own. Rounds take turns, every other one the other way round; the median and the best
of each are told, and a ratio is of two figures of the same kind.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.peers import ENVIRONMENT, from_npm

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "specs" / "record" / "openapi.yaml"
PRISM = "@stoplight/prism-cli@5.14.2"
BASE = "/api/external/issuance"
BATCH = "batch_1779353381048_e3ixqz"
BODY = {
    "programId": "prog_1779172339924_j3pr93",
    "batchName": "May",
    "recipients": [
        {"name": "Alice Johnson", "email": "alice@example.com"},
        {"name": "Bob", "email": "bob@example.com"},
    ],
}
REQUESTS = (("GET", f"/credentials/{BATCH}", ""), ("POST", "/credentials", json.dumps(BODY)))
FIRST = ("/api/external/issuance/programs", "/v1/credentials", "/api/templates", "/api/v1/credential-templates")
"""A request for each vendor's port; what it answers does not matter, as long as it does."""

LOAD = r"""
import http.client, sys, threading, time
port, method, path, body, seconds = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5])
headers = {"Authorization": "Bearer sk_test_sandbox", "Content-Type": "application/json", "Accept": "application/json"}
counts = []
def run():
    connection, count, end = http.client.HTTPConnection("127.0.0.1", port), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (200, 201), answer.status
        count += 1
    counts.append(count)
threads = [threading.Thread(target=run) for _ in range(4)]
[one.start() for one in threads]
[one.join() for one in threads]
assert len(counts) == 4
print(sum(counts) / seconds)
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and how long it took to answer for the first time."""

    name: str
    port: int
    base: str
    process: subprocess.Popen[bytes]
    start: float


@dataclass(frozen=True, slots=True)
class Round:
    """Requests per second, and requests per second of the server's own processor time (0.0 where nothing tells it)."""

    rate: float
    per_work: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prism", help="Prism's command; default: from npm")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    folder = None if options.prism else from_npm("sandbox-peers", {"prism": PRISM})
    prism = options.prism or (folder and str(folder / "prism"))
    with serve_ours():
        pass  # leaves byte code behind, as a second start on any machine finds it
    with serve_ours() as ours:
        print(f"the sandbox, start to an answer of each vendor: {ours.start:.2f} s")
        if not prism:
            print("Prism is not there: it needs Node and npm")
            report([ours], options.rounds, options.seconds)
            return 0
        with serve_prism(prism) as theirs:
            print(f"Prism, start to an answer for one document: {theirs.start:.2f} s")
            report([ours, theirs], options.rounds, options.seconds)
    return 0


def report(servers: list[Served], rounds: int, seconds: float) -> None:
    """Measure and print each request."""
    for method, path, body in REQUESTS:
        print(f"{method} {path}")
        found: dict[str, list[Round]] = {one.name: [] for one in servers}
        for turn in range(rounds):
            for one in servers if turn % 2 == 0 else reversed(servers):
                found[one.name].append(measure(one, method, path, body, seconds))
        rates = {name: [one.rate for one in all_] for name, all_ in found.items()}
        work = {name: [one.per_work for one in all_] for name, all_ in found.items()}
        for what, figures in (("requests a second", rates), ("requests for a second of the server's own work", work)):
            if all(min(one) > 0 for one in figures.values()):
                line(f"{what}, median", {name: statistics.median(one) for name, one in figures.items()})
                line(f"{what}, best", {name: max(one) for name, one in figures.items()})


def line(what: str, figures: dict[str, float]) -> None:
    """Print a figure of each server, and the ratio of the first to the second."""
    first, *others = figures.values()
    ratio = f", ratio {first / others[0]:.2f}" if others else ""
    print(f"  {what}: " + ", ".join(f"{name} {value:.0f}" for name, value in figures.items()) + ratio)


def measure(served: Served, method: str, path: str, body: str, seconds: float) -> Round:
    """One round of load on one server."""
    before = processor(served.process.pid)
    command = [sys.executable, "-c", LOAD, str(served.port), method, served.base + path, body, str(seconds)]
    rate = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    used = processor(served.process.pid) - before
    return Round(rate, rate * seconds / used if used else 0.0)


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used: a measure that other work on the machine changes little."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve_ours() -> Iterator[Served]:
    """All four vendors; the one that is measured has the first port after the page's."""
    port = free_port()
    command = [sys.executable, "-m", "credkit.sandbox", "--port", str(port)]
    with running(command) as (process, start):
        for at, path in enumerate(FIRST):
            first_answer(port + 1 + at, path, process)
        yield Served("sandbox", port + 1, BASE, process, time.monotonic() - start)


@contextmanager
def serve_prism(command: str) -> Iterator[Served]:
    """Prism with the document of the vendor that is measured."""
    port = free_port()
    options = ["mock", "--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "fatal", str(SPEC)]
    with running([command, *options]) as (process, start):
        first_answer(port, "/programs", process)
        yield Served("Prism", port, "", process, time.monotonic() - start)


@contextmanager
def running(command: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A process and the moment of its start; it is ended with the block."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        yield process, start
    finally:
        process.terminate()
        process.wait(10)


def first_answer(port: int, path: str, process: subprocess.Popen[bytes], limit: float = 60.0) -> None:
    """Wait until a request is answered, whatever the answer."""
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=limit)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise SystemExit("a server did not start")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
