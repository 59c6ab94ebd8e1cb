"""Issuing with a ledger beside a bare loop that makes the same posts: throughput as a ratio, memory, and a kill half-way.

    python scripts/bench_issuing.py                         # 100,000 people in batches, and 100,000 one by one: a quarter of an hour
    python scripts/bench_issuing.py --people 20000 --single 2000

The vendors are the sandbox in a process of its own. The bare loop is asyncio and httpx, posts the same bodies with as many requests at
once, reads each answer as JSON, and remembers nothing. Each kind has a process and a sandbox of its own; they take turns, a slice of the
people each, because a machine is not as fast in one minute as in the next. What counts is the time of all slices, and beside it the
lowest and the highest ratio of two slices that were neighbours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

BATCH, AT_ONCE = 500, 4
TASKS, ROUND = 2, 2_000
SLICES = 10
SHARE = SLICES * AT_ONCE
"""People, or batches, come in multiples of it: in every slice all send the same, and AT_ONCE at once."""
PROGRAM, TEMPLATE = "prog_1779172339924_j3pr93", "tpl_6421a8905c17830c188e2e2f"
CLAIMS = {"programmeName": "Welding", "completionDate": "2025-06-30"}
PATHS = {"record": "/credentials", "didx": "/me-creds/api/credentials/issuance"}
POSTS = {"record": "issueCredentials", "didx": "issueCredential"}
KEYS = {"record": "sk_test_sandbox", "didx": "didx_token_sandbox"}
LATER = 3600.0  # seconds by which the clock of a resuming process is ahead, so that nothing counts as under way


# --- what is measured, each in a process of its own ----------------------------------------------------------------------


def name(number: int) -> str:
    return f"Person {number:06}"


def email(number: int) -> str:
    return f"person{number:06}@example.com"


def bodies(vendor: str, people: int) -> Iterator[dict[str, Any]]:
    """What the bare loop posts."""
    if vendor == "didx":
        for number in range(people):
            yield {"credentialTemplateId": TEMPLATE, "attributes": CLAIMS | {"fullName": name(number)}}
        return
    for start in range(0, people, BATCH):
        some = range(start, min(start + BATCH, people))
        recipients = [{"name": name(number), "email": email(number)} for number in some]
        yield {"programId": PROGRAM, "batchName": f"May {start}", "recipients": recipients}


async def turns(work: Callable[[int], Awaitable[dict[str, Any]]]) -> None:
    """Carry out what standard input asks for, a number of people in each line; one line of JSON is the answer."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        started = time.perf_counter()
        about = await work(int(line))
        print(json.dumps({"seconds": time.perf_counter() - started, **about}), flush=True)


async def bare(vendor: str, base_url: str, people: int) -> None:
    """The loop that one would write in an afternoon."""
    import httpx

    left = bodies(vendor, people)

    async def work(client: httpx.AsyncClient, some: Iterator[dict[str, Any]]) -> None:
        for body in some:
            answer = await client.post(base_url + PATHS[vendor], json=body)
            assert answer.status_code in (200, 201), answer.status_code
            assert answer.json()["data"]

    async def turn(count: int) -> dict[str, Any]:
        some = islice(left, count // (BATCH if vendor == "record" else 1))
        await asyncio.gather(*(work(client, some) for _ in range(AT_ONCE)))
        return {}

    headers = {"Authorization": f"Bearer {KEYS[vendor]}"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:
        # Imports and a connection: ours makes its first call before the clock runs, too.
        await client.get(base_url + PATHS[vendor])
        await turns(turn)


async def recorded(vendor: str, base_url: str, people: int, ledger: str, resuming: bool) -> None:
    """Through the facade, with a ledger if one is named; in rounds, as a cohort's file is read. Two tasks share the rounds and the requests at once, so
    that one sends while the other makes its requests."""
    import credkit
    from credkit.ledger import SqliteLedger
    from credkit.ledger import recorded as flows

    clock = _Clock(LATER if resuming else 0.0)
    kept: Any = SqliteLedger.open(ledger, now=clock.moment) if ledger else None
    settings: dict[str, Any] = {"token": KEYS[vendor], "base_url": base_url, "clock": clock}
    settings["concurrency"] = AT_ONCE // TASKS
    if vendor == "record":
        settings["batch_size"] = BATCH
    left, kinds = requests(vendor, people), Counter[str]()

    open_: list[Any] = []

    async def issue(some: list[Any]) -> None:
        if resuming:
            await issuer.run(flows.reconcile(issuer.adapter, kept, issuer.account, some, clock=clock))
        results = await issuer.issue(some, label="May")
        kinds.update(type(one).__name__ for one in results)
        open_.extend(one.request for one in results.unknown)

    async def work(people: Iterator[Any], size: int) -> None:
        while some := list(islice(people, size)):
            await issue(some)

    async def turn(count: int) -> dict[str, Any]:
        some, size = islice(left, count), round_of(vendor, count)
        await asyncio.gather(*(work(some, size) for _ in range(TASKS)))
        if resuming and open_:
            # The vendor's list had a round number of batches, and might have been cut; it is longer now.
            kinds["Unknown"] -= len(open_)
            await issue(open_[:])
        return {"memory": resident_mib(), "kinds": dict(+kinds)}

    async with credkit.connect_async(vendor, ledger=kept, **settings) as issuer:
        await issuer.probe()
        await turns(turn)


def round_of(vendor: str, count: int) -> int:
    """How many people a task takes each time: whole batches, and no more than its part of the slice."""
    batch = BATCH if vendor == "record" else 1
    return max(min(ROUND, count // TASKS) // batch, 1) * batch


def requests(vendor: str, people: int) -> Iterator[Any]:
    from credkit import IssueRequest, Person, Template

    for number in range(people):
        reference = f"enrol-{number}"
        if vendor == "record":
            yield IssueRequest(PROGRAM, Person(name(number), email(number)), reference=reference)
        else:
            template = Template(TEMPLATE, subject={"name": "fullName"})
            yield IssueRequest(template, Person(name(number)), claims=CLAIMS, reference=reference)


class _Clock:
    """The machine's clock, some seconds ahead."""

    def __init__(self, ahead: float) -> None:
        self._ahead = ahead

    def now(self) -> float:
        return time.time() + self._ahead

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)


def resident_mib() -> float:
    """Memory of this process in MiB; 0.0 where the system does not tell."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS:")), 0.0)


# --- who measures --------------------------------------------------------------------------------------------------------


@contextmanager
def sandbox(vendor: str = "record", latency: float = 0.0) -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own; the vendors' base URLs, as it prints them. `latency`: seconds until the vendor answers a post."""
    process = subprocess.Popen(
        [sys.executable, "-m", "credkit.sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    urls: dict[str, str] = {}
    try:
        assert process.stdout is not None
        for line in process.stdout:
            words = line.split()
            if len(words) == 2 and words[1].startswith("http"):
                urls[words[0].lower()] = words[1]
            if line.startswith("Open"):
                urls["page"] = words[1].rstrip("/")
                break
        if not urls:
            raise SystemExit("the sandbox did not start")
        if latency:
            slow_down(f"{urls['page']}/{vendor}/faults", POSTS[vendor], latency)
        yield urls
    finally:
        process.terminate()
        process.communicate(timeout=20)


def slow_down(switch: str, operation: str, seconds: float) -> None:
    import httpx

    fault = {"kind": "delay", "operation": operation, "seconds": seconds, "times": 1_000_000}
    httpx.post(switch, json=fault).raise_for_status()


@contextmanager
def child(kind: str, vendor: str, base_url: str, people: int, ledger: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that issues to people, so many of them as it is told each time."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", kind, vendor, base_url, str(people), ledger]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def tell(process: subprocess.Popen[str], count: int) -> None:
    assert process.stdin is not None
    print(count, file=process.stdin, flush=True)


def outcome(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    said = process.stdout.readline()
    if not said:
        raise SystemExit(f"a run ended with {process.wait()}")
    answer: dict[str, Any] = json.loads(said)
    return answer


def issued(base_url: str) -> Counter[str]:
    """Everybody who has a credential at Record, as the vendor itself lists them."""
    from credkit_record import Record

    with Record(token=KEYS["record"], base_url=base_url, max_response_bytes=1 << 30) as client:
        batches = [one.batch_id for one in client.credentials.list()]
        everybody = (one.name for id_ in batches for one in client.credentials.get(id_).recipients)
        return Counter(one for one in everybody if one.startswith("Person "))


def compare(vendor: str, people: int, latency: float = 0.0) -> None:
    """Throughput beside the bare loop, and memory."""
    seconds: dict[str, list[float]] = {"bare": [], "facade": [], "ledger": []}
    memory: list[float] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        running: dict[str, subprocess.Popen[str]] = {}
        found: dict[str, dict[str, Any]] = {}
        for kind in seconds:
            url = stack.enter_context(sandbox(vendor, latency))[vendor]
            file = f"{folder}/issuances.db" if kind == "ledger" else ""
            running[kind] = stack.enter_context(child("bare" if kind == "bare" else "issue", vendor, url, people, file))
        for _ in range(SLICES):
            for kind, process in running.items():
                tell(process, people // SLICES)
                found[kind] = outcome(process)
                seconds[kind].append(found[kind]["seconds"])
            memory.append(found["ledger"]["memory"])
        for kind in ("facade", "ledger"):
            assert found[kind]["kinds"] == {"Issued": people}, (kind, found[kind]["kinds"])
    how = f"batches of {BATCH}" if vendor == "record" else "one by one"
    answers = f", answers after {latency:g} s" if latency else ""
    print(f"{people:,} people, {vendor}, {how}, {AT_ONCE} requests at once{answers}:")
    print(f"  asyncio + httpx, nothing remembered   {people / sum(seconds['bare']):>9,.0f} people/s")
    for kind, name_ in (("facade", "credkit, no ledger   "), ("ledger", "credkit with a ledger")):
        ratios = [bare / ours for bare, ours in zip(seconds["bare"], seconds[kind], strict=True)]
        ratio = f"{sum(seconds['bare']) / sum(seconds[kind]):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"  {name_}                 {people / sum(seconds[kind]):>9,.0f} people/s, ratio {ratio}")
    if any(memory):
        print(f"  memory after the first slice, the last {memory[0]:.0f} MiB, {memory[-1]:.0f} MiB")


def kill_half_way(people: int) -> None:
    """A process is killed when half of the people have their credentials; another one goes on."""
    with sandbox() as urls, tempfile.TemporaryDirectory() as folder:
        url, ledger = urls["record"], f"{folder}/issuances.db"
        with child("issue", "record", url, people, ledger) as process:
            tell(process, people)
            while process.poll() is None and sum(issued(url).values()) < people // 2:
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL, "it was done before it could be killed; take more people"
        before = sum(issued(url).values())
        with child("resume", "record", url, people, ledger) as process:
            tell(process, people)
            found = outcome(process)
        after = issued(url)
    double = sum(1 for count in after.values() if count > 1)
    lost = people - len(after)
    print(f"killed with {before:,} of {people:,} issued, resumed: {double} double, {lost} lost, {found['kinds']}")
    if double or lost or found["kinds"] != {"Issued": people}:
        raise SystemExit("that must not be")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--people",
        type=int,
        default=100_000,
        help=f"how many are issued to in batches, a multiple of {BATCH * SHARE:,}; 0: none",
    )
    parser.add_argument(
        "--single", type=int, default=100_000, help=f"how many are issued to one by one, a multiple of {SHARE}; 0: none"
    )
    parser.add_argument(
        "--latency", type=float, default=0.1, help="seconds until the vendor answers, in a second run in batches"
    )
    parser.add_argument("--child", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, vendor, base_url, people, ledger = options.child
        asyncio.run(
            bare(vendor, base_url, int(people))
            if kind == "bare"
            else recorded(vendor, base_url, int(people), ledger, kind == "resume")
        )
        return 0
    for name_, count, step in (("people", options.people, BATCH * SHARE), ("single", options.single, SHARE)):
        if count < 0 or count % step:
            parser.error(f"--{name_}: expected a multiple of {step:,}, or 0; got {count:,}")
    if options.people:
        compare("record", options.people)
        compare("record", options.people, options.latency)
    if options.single:
        compare("didx", options.single)
    if options.people:
        kill_half_way(options.people)
    return 0


if __name__ == "__main__":
    sys.exit(main())
