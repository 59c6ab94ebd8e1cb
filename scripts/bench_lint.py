"""Measure our linter beside Redocly's and Spectral's, in one run on one machine.

The peers come from npm into `.cache/lint-peers` the first time, when Node is there; without Node only we are measured. Each
tool lints each document several times in turn (so that a busy machine hits all of them), after one run that does not
count and that leaves byte code and caches behind, as a second run on any machine finds them. Medians count.

Without arguments: the specs of this project and, where a folder `../shared/corpus` lies beside it, its documents of 20 to
50 KB and its four largest.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.peers import ENVIRONMENT, from_npm

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "lint-peers"
PEERS = {"redocly": "@redocly/cli@2.77.0", "spectral": "@stoplight/spectral-cli@6.16.0"}
CORPUS = ROOT.parent / "shared" / "corpus"
LARGE = 1_000_000
SMALL = range(20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Measure:
    """Medians of one tool on one document: seconds of wall clock, seconds of processor, MB at most, findings."""

    tool: str
    document: str
    seconds: float
    processor: float
    megabytes: float
    findings: int


def tools() -> dict[str, list[str]]:
    """The command of each tool that can run here."""
    found = {"credkit": [sys.executable, "-m", "credkit_codegen.cli", "lint", "--format", "json"]}
    executable = Path(sys.executable).parent / "credkit-codegen"
    if executable.is_file():
        found["credkit"] = [str(executable), "lint", "--format", "json"]
    folder = peers()
    if folder is not None:
        found["redocly"] = [str(folder / "redocly"), "lint", "--format=json", "--max-problems=100000"]
        found["spectral"] = [
            str(folder / "spectral"),
            "lint",
            "--format=json",
            "--quiet",
            f"--ruleset={CACHE / 'ruleset.json'}",
        ]
    return found


def peers() -> Path | None:
    """The folder with the peers' commands, installed when need be; None without Node or network."""
    folder = from_npm(CACHE.name, PEERS)
    if folder is None:
        return None
    (CACHE / "ruleset.json").write_text('{"extends": "spectral:oas"}', encoding="utf-8")
    return folder


def run(command: Sequence[str], document: Path) -> tuple[float, float, float, str]:
    """Wall seconds, processor seconds and MB of one run, and what it printed."""
    output = CACHE / f"output-{os.getpid()}"
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("wb") as handle:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, str(document)], stdout=handle, stderr=subprocess.DEVNULL, cwd=CACHE, env=ENVIRONMENT
        )
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = 0
    text = output.read_text(encoding="utf-8", errors="replace")
    output.unlink()
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def findings(tool: str, text: str) -> int:
    """How many problems a tool printed."""
    try:
        data = json.loads(text)
    except ValueError:
        return -1
    if tool == "credkit":
        return sum(len(item["findings"]) for item in data["documents"])
    if tool == "redocly":
        return sum(data["totals"].get(key, 0) for key in ("errors", "warnings"))
    return len(data)


def bench_lint(documents: Sequence[Path], rounds: int = 3) -> Iterator[Measure]:
    """Measure every tool on every document; Spectral once where it takes minutes."""
    commands = tools()
    for command in commands.values():
        run(command, min(documents, key=_size).resolve())
    for document in documents:
        runs: dict[str, list[tuple[float, float, float, str]]] = {}
        for _ in range(rounds):
            for tool, command in commands.items():
                if not (tool == "spectral" and tool in runs and _size(document) > LARGE):
                    runs.setdefault(tool, []).append(run(command, document.resolve()))
        for tool, items in runs.items():
            seconds = statistics.median(item[0] for item in items)
            processor = statistics.median(item[1] for item in items)
            megabytes = statistics.median(item[2] for item in items)
            yield Measure(tool, document.name, seconds, processor, megabytes, findings(tool, items[0][3]))


def rows(measures: Iterable[Measure]) -> Iterator[str]:
    """The measures as a Markdown table, line by line, with ratios to Redocly's wall clock and processor time."""
    yield "| document | tool | seconds | of Redocly | processor | of Redocly | MB | findings |"
    yield "|---|---|---|---|---|---|---|---|"
    for _, group in groupby(measures, key=lambda item: item.document):
        items = list(group)
        peer = next((item for item in items if item.tool == "redocly"), None)
        for item in items:
            seconds = f"{item.seconds / peer.seconds:.2f}" if peer is not None else "–"
            processor = f"{item.processor / peer.processor:.2f}" if peer is not None else "–"
            times = f"{item.seconds:.2f} | {seconds} | {item.processor:.2f} | {processor}"
            yield f"| {item.document} | {item.tool} | {times} | {item.megabytes:.0f} | {item.findings} |"


def default_documents() -> list[Path]:
    """What is measured when nothing is named."""
    corpus = sorted((item for item in CORPUS.glob("*.*") if item.suffix in (".yaml", ".json")), key=_size)
    small = [item for item in corpus if _size(item) in SMALL]
    return [*sorted(ROOT.glob("specs/*/openapi.yaml")), *small, *corpus[-4:]]


def _size(document: Path) -> int:
    return document.stat().st_size


def main(arguments: Sequence[str]) -> int:
    """`bench_lint.py DOCUMENT…`: print the table."""
    documents = [Path(item) for item in arguments] or default_documents()
    for row in rows(bench_lint(documents)):
        print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
