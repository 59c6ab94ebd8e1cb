"""What generating a whole package costs, beside three other generators on the same documents in one run.

    python scripts/bench_generate.py [FILE or FOLDER ...]      # without any: ../shared/corpus, else the vendors' specs

Ours writes models, both clients, a stub, tests and a README, formatted; each of the others what it writes by default.
A figure of a peer is followed by how many times ours it is. `failed`: it exits with an error. `skips N`: it leaves N operations
out and says so. Only documents of 100 operations and more are measured, unless CREDKIT_BENCH_ALL=1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.peers import from_pypi

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
LARGE = 100
LIMIT = 600
"""Seconds that a generator gets."""
EVERY = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """`seconds` by the clock, `megabytes` of the largest moment of all its processes together."""

    seconds: float
    megabytes: float
    failed: bool
    output: str

    def beside(self, ours: Cost) -> str:
        if self.failed:
            return f"{'failed':>26}"
        left_out = self.output.count("will not be generated")
        note = f" skips {left_out}" if left_out else ""
        return f"{self.seconds:6.1f} s {self.seconds / ours.seconds:4.1f}x {self.megabytes:5.0f} MB{note:>10}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """`arguments` come after the command; `{spec}` and `{out}` in them are filled in."""

    package: str
    command: str
    arguments: tuple[str, ...]
    needs: str | None = None

    def installed(self) -> Path | None:
        if self.needs is not None and shutil.which(self.needs) is None:
            return None
        commands = from_pypi(self.command, self.package)
        return None if commands is None else commands / self.command


PEERS = (
    Peer(
        package="openapi-python-client==0.29.1",
        command="openapi-python-client",
        arguments=("generate", "--path", "{spec}", "--output-path", "{out}"),
    ),
    Peer(
        package="openapi-generator-cli==7.26.0",
        command="openapi-generator-cli",
        arguments=("generate", "-g", "python", "-i", "{spec}", "-o", "{out}"),
        needs="java",
    ),
    Peer(
        package="datamodel-code-generator==0.89.0",
        command="datamodel-codegen",
        arguments=(
            *("--input", "{spec}", "--input-file-type", "openapi", "--output", "{out}.py"),
            *("--output-model-type", "pydantic_v2.BaseModel", "--no-allow-remote-refs"),
        ),
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Print a line for each document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="*", type=Path, help="documents, or folders of documents")
    documents = find_documents([path.resolve(strict=True) for path in parser.parse_args(arguments).documents])
    commands = {peer: peer.installed() for peer in PEERS}
    for peer, command in commands.items():
        if command is None:
            print(f"{peer.command}: not measured; it needs {peer.needs or 'a network'} to be installed")
    print(f"{'document':26} {'ops':>5} {'ours':>17}" + "".join(f"  {peer.command:>26}" for peer in PEERS))
    for document in documents:
        measure_document(document, {peer: command for peer, command in commands.items() if command is not None})
    return 0


def find_documents(given: Sequence[Path]) -> list[Path]:
    """Documents that are named or stand in a folder that is; without any the corpus, else the vendors' specs."""
    if not given:
        given = [CORPUS] if CORPUS.is_dir() else sorted((ROOT / "specs").glob("*/openapi.yaml"))
    found = [sorted(item.glob("*.[jy]*")) if item.is_dir() else [item] for item in given]
    return [path for paths in found for path in paths if path.suffix in (".json", ".yaml", ".yml")]


def measure_document(document: Path, commands: dict[Peer, Path]) -> None:
    with tempfile.TemporaryDirectory(prefix="credkit-bench-") as folder:
        out = Path(folder) / "ours"
        generate = ("generate", "--spec", str(document), "--package", "credkit_bench", "--out", str(out))
        ours = measure([Path(sys.executable).with_name("credkit-codegen"), *generate], Path(folder))
        count = 0 if ours.failed else tomllib.loads((out / "codegen.lock").read_text())["operations_in_spec"]
        if not ours.failed and count < LARGE and not os.environ.get("CREDKIT_BENCH_ALL"):
            return
        cells = [
            measure([command, *fill(peer.arguments, document, Path(folder) / peer.command)], Path(folder)).beside(ours)
            for peer, command in commands.items()
        ]
    own = "failed" if ours.failed else f"{ours.seconds:6.1f} s {ours.megabytes:5.0f} MB"
    print(f"{document.name:26} {count:5} {own:>17}" + "".join(f"  {cell}" for cell in cells), flush=True)


def fill(arguments: Sequence[str], spec: Path, out: Path) -> list[str]:
    return [item.format(spec=spec, out=out) for item in arguments]


def measure(command: Sequence[str | Path], folder: Path) -> Cost:
    """Run a command in a session of its own, looking at its processes until it ends."""
    log = folder / "log"
    start = time.perf_counter()
    with log.open("wb") as output:
        path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # some run a formatter of their own
        process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=folder, start_new_session=True, env={**os.environ, "PATH": path}
        )
        most = 0.0
        while process.poll() is None and time.perf_counter() - start < LIMIT:
            most = max(most, resident(process.pid))
            time.sleep(EVERY)
    seconds = time.perf_counter() - start
    if process.returncode is None:
        os.killpg(process.pid, 9)
        process.wait()
    text = log.read_text(errors="replace")
    return Cost(seconds=seconds, megabytes=most, failed=process.returncode != 0, output=text)


def resident(session: int) -> float:
    """Megabytes of memory that all processes of a session hold together; 0 where the system does not tell."""
    pages = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
