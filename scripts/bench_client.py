"""What a call through a generated client costs, beside what it stands on: httpx and pydantic alone, in the same run.

    python scripts/bench_client.py            # 10,000 calls for the growth of memory; CREDKIT_SOAK=1: 100,000

Every figure is a quotient of two medians of processor time that were taken turn by turn, of the same work: one GET over a kept
connection to a server in another process, and one parse of its answer. Bounds stand beside the figures.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

ROOT = Path(__file__).resolve().parent.parent
SOAK = os.environ.get("CREDKIT_SOAK") == "1"
ROUNDS = 9
CALLS = 100_000 if SOAK else 10_000
OBJECTS = 100
KEY = "sk_test_benchmark"

SERVER = """
import socket, sys, threading
answers = {}
for line in sys.stdin:
    path, _, body = line.rstrip("\\n").partition(" ")
    body = body.encode()
    head = "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body)
    answers[path.encode()] = head.encode() + body

def serve(sock):
    data = b""
    with sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            while b"\\r\\n\\r\\n" not in data:
                piece = sock.recv(65536)
                if not piece:
                    return
                data += piece
            head, _, data = data.partition(b"\\r\\n\\r\\n")
            sock.sendall(answers[head.split(b" ", 2)[1].partition(b"?")[0]])

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""

FIRST_CALLS = {
    "credkit_record": ("/programs", "from credkit_record import Record as C", f"token={KEY!r}", "programs.list()"),
    "credkit_beltic": (
        "/credentials",
        "from credkit_beltic import Beltic as C",
        f"api_key={KEY!r}",
        "credentials.list()",
    ),
}
"""Path, import, credential and call of the first call by package."""


class Program(BaseModel):
    """What somebody writes by hand for Record's list of programmes."""

    model_config = ConfigDict(alias_generator=to_camel)

    program_id: str
    name: str
    description: str
    org_id: str
    mode: str
    created_at: datetime
    updated_at: datetime


class Programs(BaseModel):
    success: bool
    message: str
    data: list[Program]


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    bodies = {"/programs": programs(OBJECTS), "/credentials": credentials(OBJECTS)}
    with server(bodies) as url:
        print(f"{'measured':66} {'figure':>9}   {'bound':>7}")
        for package in FIRST_CALLS:
            report_first_call(package, url)
        report_decoding(url)
        report_second_client(url)
    with server({"/programs": programs(1)}) as url:
        report_growth(url)
    return 0


# --- measurements ----------------------------------------------------------------------------------------------------


def report_first_call(package: str, url: str) -> None:
    """Import, construct and call in a fresh interpreter, beside `import httpx, pydantic` in another one."""
    _, imports, credential, call = FIRST_CALLS[package]
    options = f"{credential}, base_url={url!r}"
    bare = "import httpx, pydantic"
    ours = f"{imports}\nwith C({options}) as client: client.{call}"
    beside = f"{bare}; {imports}\nwith C({options}, transport='httpx') as client: client.{call}"  # one library, not two
    rounds = [(child(bare), child(ours), child(beside)) for _ in range(ROUNDS)]
    alone, both, above = zip(*rounds, strict=True)
    base, base_memory = median(alone)
    seconds, memory = median(both)
    line(f"{package}: import and first call / import httpx, pydantic", seconds / base, 1.5)
    line(f"{package}: both in one interpreter / import httpx, pydantic", median(above)[0] / base)
    line(f"{package}: memory, import and first call - import httpx, pydantic", memory - base_memory, 25.0, "MB")


def child(code: str) -> tuple[float, float]:
    """Seconds of processor time and MB at most that a fresh interpreter takes for `code`, without its own start."""
    timed = (
        f"import time\nstart = time.process_time()\n{code}\nspent = time.process_time() - start\n"
        "print(spent, *(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}  # as installed
    done = subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True, env=environment)
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def report_decoding(url: str) -> None:
    """A call that reads 100 objects, beside httpx and `validate_json`: with hand-written models, and with the same ones."""
    from credkit_beltic import Beltic
    from credkit_beltic import models as beltic
    from credkit_record import Record

    with (
        Record(token=KEY, base_url=url) as record,
        Beltic(api_key=KEY, base_url=url) as vendor,
        httpx.Client(headers={"Authorization": f"Bearer {KEY}"}) as raw,
    ):
        plain: TypeAdapter[Any] = TypeAdapter(Programs)
        same: TypeAdapter[Any] = TypeAdapter(beltic.CredentialList)
        simple = ratio(lambda: plain.validate_json(raw.get(f"{url}/programs").content), lambda: record.programs.list())
        line(f"{OBJECTS} small objects / httpx and hand-written models", simple, 1.1)
        rich = ratio(
            lambda: same.validate_json(raw.get(f"{url}/credentials").content), lambda: vendor.credentials.list()
        )
        line(f"{OBJECTS} large objects / httpx and TypeAdapter of the same models", rich, 1.1)


def report_second_client(url: str) -> None:
    from credkit_record import Record

    with Record(token=KEY, base_url=url) as first:
        first.programs.list()
        seconds = statistics.median(timed(lambda: Record(token=KEY, base_url=url).close()) for _ in range(500))
    line("a second client", 1000 * seconds, 1.0, "ms")


def report_growth(url: str) -> None:
    """Memory after many calls, beside that after a tenth of them. Small answers: what could grow is there once a call, whatever its size."""
    from credkit_record import Record

    with Record(token=KEY, base_url=url) as client:
        early = resident_after(CALLS // 10, client.programs.list)
        late = resident_after(CALLS - CALLS // 10, client.programs.list)
    line(f"growth from {CALLS // 10:,} to {CALLS:,} calls", late - early, 1.0, "MB")


# --- means -----------------------------------------------------------------------------------------------------------


@contextmanager
def server(bodies: dict[str, object]) -> Iterator[str]:
    """A server of these bodies by path, in another process."""
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write("".join(f"{path} {json.dumps(body)}\n" for path, body in bodies.items()))
        process.stdin.close()
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def programs(count: int) -> object:
    one = example("record", "listPrograms", "programs")["data"][0]
    return {"success": True, "message": "", "data": [one | {"programId": f"prog_{i}"} for i in range(count)]}


def credentials(count: int) -> object:
    page = example("beltic", "listCredentials", "reference")
    return page | {"items": [page["items"][0] | {"id": f"cred_{i}"} for i in range(count)]}


def example(vendor: str, operation: str, name: str) -> Any:
    path = ROOT / f"generated/{vendor}/credkit_{vendor}/examples.json"
    return json.loads(path.read_text())[operation]["responses"]["200"]["examples"][name]


def ratio(base: Callable[[], object], ours: Callable[[], object], calls: int = 40) -> float:
    """The quotient of the medians of both, each taken in short rows turn by turn."""

    def row(call: Callable[[], object]) -> float:
        start = time.process_time()
        for _ in range(calls):
            call()
        return (time.process_time() - start) / calls

    base(), ours()
    pairs = [(row(base), row(ours)) for _ in range(3 * ROUNDS)]
    return statistics.median(pair[1] for pair in pairs) / statistics.median(pair[0] for pair in pairs)


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def resident_after(count: int, call: Callable[[], object]) -> float:
    """MB of this process after `count` calls."""
    for _ in range(count):
        call()
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def median(pairs: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def line(what: str, figure: float, bound: float | None = None, unit: str = "") -> None:
    """Print one result."""
    if bound is None:
        print(f"{what:66} {figure:9.2f}", flush=True)
        return
    print(
        f"{what:66} {figure:9.2f} {unit:2} {bound:7.2f}{'' if figure <= bound else '  <- above its bound'}", flush=True
    )


if __name__ == "__main__":
    raise SystemExit(main())
