"""Measure `credkit-codegen diff` beside Redocly's, in one run on one machine.

Two questions for the largest document: against itself, and against a copy in which one type in the middle is another, so
that everything on the way to it has to be read. The tools take turns, so that a busy machine hits both, after one run of each that does
not count; medians count. Exit 1 when we are slower than Redocly against itself.

Redocly comes from npm into `.cache` the first time, when Node is there; without Node only we are measured.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.peers import from_npm

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
PEERS = {"redocly": "@redocly/cli@2.77.0"}
ROUNDS = 5
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT |= {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def commands() -> dict[str, list[str]]:
    """The command of each tool that can run here; both paths follow."""
    executable = Path(sys.executable).parent / "credkit-codegen"
    ours = [str(executable)] if executable.is_file() else [sys.executable, "-m", "credkit_codegen.cli"]
    found = {"credkit": [*ours, "diff", "--fail-on", "never"]}
    folder = from_npm("diff-peers", PEERS)
    if folder is not None:
        found["redocly"] = [str(folder / "redocly"), "diff", "--fail-on", "none"]
    return found


def largest(documents: Sequence[Path]) -> Path | None:
    """The largest of some documents; without any, of the corpus, else of our own specs."""
    folder = CORPUS if CORPUS.is_dir() else ROOT / "specs"
    found = documents or [path for suffix in ("yaml", "json") for path in folder.rglob(f"*.{suffix}")]
    return max(found, key=lambda path: path.stat().st_size, default=None)


def edited(document: Path, folder: Path) -> Path:
    """A copy in which the text type in the middle is a number."""
    text = document.read_text(encoding="utf-8")
    was, is_ = (
        ('"type": "string"', '"type": "integer"') if document.suffix == ".json" else ("type: string", "type: integer")
    )
    at = text.find(was, len(text) // 2)
    if at < 0:
        raise SystemExit(f"{document}: expected `{was}` in its second half")
    copy = folder / document.name
    copy.write_text(text[:at] + is_ + text[at + len(was) :], encoding="utf-8")
    return copy


def seconds(command: Sequence[str], old: Path, new: Path) -> float:
    """Wall clock of one run."""
    start = time.perf_counter()
    done = subprocess.run(
        [*command, str(old), str(new)], check=False, capture_output=True, timeout=600, env=ENVIRONMENT, cwd=new.parent
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode(errors='replace')[:2000]}")
    return time.perf_counter() - start


def medians(tools: dict[str, list[str]], old: Path, new: Path) -> dict[str, float]:
    """Median seconds of each tool."""
    taken: dict[str, list[float]] = {name: [] for name in tools}
    for turn in range(ROUNDS + 1):
        for name, command in tools.items():
            spent = seconds(command, old, new)
            if turn:
                taken[name].append(spent)
    return {name: statistics.median(values) for name, values in taken.items()}


def main(arguments: Sequence[str]) -> int:
    """Measure, print, compare."""
    document = largest([Path(item).resolve() for item in arguments])
    if document is None:
        print("no document to measure")
        return 0
    tools = commands()
    print(f"diff of {document.name} ({document.stat().st_size / 1e6:.1f} MB), median of {ROUNDS} runs")
    slower = False
    with TemporaryDirectory() as folder:
        for what, new in (("itself", document), ("one type changed", edited(document, Path(folder)))):
            found = medians(tools, document, new)
            ratio = (
                f"  ratio {found['credkit'] / found['redocly']:.2f}" if "redocly" in found else "  (no Node: no peer)"
            )
            print(f"  against {what:18}" + "".join(f"{name} {spent:6.2f} s  " for name, spent in found.items()) + ratio)
            slower = slower or (what == "itself" and found["credkit"] > found.get("redocly", float("inf")))
    return int(slower)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
