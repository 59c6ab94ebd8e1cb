"""The sandbox beside Prism: the same operation, the same load, in one run on this machine.

    python scripts/bench_sandbox.py                     # the sandbox alone
    python scripts/bench_sandbox.py --prism PATH        # and Prism's command (npm: @stoplight/prism-cli), when Node is there

Both serve Record's document and answer `GET /credentials/{batchId}` and `POST /credentials`. The sandbox keeps state and checks
requests and answers; Prism checks requests and answers with the example. The load is one keep-alive connection for each
of four threads in a process of its own; rounds alternate, the best of each counts, so that both see the machine at its best.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "specs" / "record" / "openapi.yaml"
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

LOAD = r"""
import http.client, json, sys, threading, time
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


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], limit: float = 60.0) -> None:
    """Until something listens."""
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
            return
        except OSError:
            time.sleep(0.005)
    raise SystemExit("a server did not start")


def rate(port: int, method: str, path: str, body: str, seconds: float) -> float:
    """Requests per second."""
    command = [sys.executable, "-c", LOAD, str(port), method, path, body, str(seconds)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def work(pid: int) -> float:
    """Seconds of processor time that a process has used: a measure that other work on the machine does not change. 0.0 where
    the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prism", default=shutil.which("prism"), help="Prism's command")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    servers: dict[str, tuple[int, str, subprocess.Popen[bytes]]] = {}
    try:
        port, start = free_port(), time.monotonic()
        command = [sys.executable, "-m", "credkit.sandbox", "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        servers["sandbox"] = (port + 1, BASE, process)
        wait_for(port + 4, process)
        print(f"start to a port that listens, all vendors: {time.monotonic() - start:.2f} s")
        if options.prism:
            port = free_port()
            command = [
                options.prism,
                "mock",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--verboseLevel",
                "fatal",
                str(SPEC),
            ]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            servers["Prism"] = (port, "", process)
            wait_for(port, process)
        else:
            print("Prism is not there: npm install @stoplight/prism-cli, then --prism node_modules/.bin/prism")
        for method, path, body in (("GET", f"/credentials/{BATCH}", ""), ("POST", "/credentials", json.dumps(BODY))):
            best = dict.fromkeys(servers, (0.0, 0.0))
            for _ in range(options.rounds):
                for name, (port, base, process) in servers.items():
                    before = work(process.pid)
                    got = rate(port, method, base + path, body, options.seconds)
                    used = work(process.pid) - before
                    best[name] = max(best[name][0], got), max(
                        best[name][1], got * options.seconds / used if used else 0
                    )
            print(f"{method} {path}")
            for at, unit in enumerate(("requests a second", "requests for each second of the server's own work")):
                if any(one[at] for one in best.values()):
                    line = ", ".join(f"{name} {value[at]:.0f}" for name, value in best.items())
                    ratio = f", ratio {best['sandbox'][at] / best['Prism'][at]:.2f}" if "Prism" in best else ""
                    print(f"  {unit}: {line}{ratio}")
    finally:
        for _, _, process in servers.values():
            process.terminate()
            process.wait(10)
    return 0


if __name__ == "__main__":
    sys.exit(main())
