"""What the first call through the client of a large API costs, beside `import httpx, pydantic`, in the same run.

    python scripts/bench_large.py [FILE ...]      # without any: the three largest of ../shared/corpus

For each document, up to five calls that need no argument, spread over the API: import, construct, call and read the answer (the
document's example) in a fresh interpreter. Processor time and memory at most; bounds stand beside the figures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.bench_client import child, line, median, server
from scripts.bench_generate import CORPUS, find_documents

ROUNDS = 5
CALLS = 5
BARE = "import httpx, pydantic"
OURS = """
import sys
sys.path.insert(0, {folder!r})
from credkit_bench import Bench
import inspect
names = set(inspect.signature(Bench).parameters) - {{"base_url", "options"}}
Bench(**dict.fromkeys(names, "x"), base_url={url!r}).{call}()
"""


def main(arguments: Sequence[str]) -> int:
    """Print two lines for each call."""
    documents = find_documents([Path(item) for item in arguments])
    if not arguments:
        documents = sorted(documents, key=lambda path: path.stat().st_size)[-3:] if CORPUS.is_dir() else []
    print(f"{'measured':66} {'figure':>9}   {'bound':>7}")
    for document in documents:
        with tempfile.TemporaryDirectory(prefix="credkit-bench-") as folder:
            measure(document, Path(folder))
    return 0


def measure(document: Path, folder: Path) -> None:
    generator = Path(sys.executable).with_name("credkit-codegen")
    command = [str(generator), "generate", "--spec", str(document), "--package", "credkit_bench", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    for call, path, body in spread(list(calls(folder))):
        with server({path: body}) as url:
            ours = OURS.format(folder=str(folder), url=url, call=call)
            child(ours)  # leaves byte code behind, as an installation does
            rounds = [(child(BARE), child(ours)) for _ in range(ROUNDS)]
        alone, both = zip(*rounds, strict=True)
        base, base_memory = median(alone)
        seconds, memory = median(both)
        what = f"{document.stem} {call}"[:50]
        line(f"{what}: first call / bare", seconds / base, 1.5)
        line(f"{what}: memory - bare", memory - base_memory, 25.0, "MB")


def calls(folder: Path) -> Iterator[tuple[str, str, object]]:
    """`resource.method`, path and answer of the operations that can be called without arguments."""
    lock = tomllib.loads((folder / "codegen.lock").read_text())
    examples = json.loads((folder / "credkit_bench" / "examples.json").read_text())
    for operation, text in lock["operations"].items():
        found = examples.get(operation, {"request": {}, "responses": {}})
        answers = found["responses"].get("200", {}).get("examples", {})
        needs_none = any(not call["arguments"] and "body" not in call for call in found["request"].values())
        http, _, call = text.partition(" -> ")
        method, _, path = http.partition(" ")
        if method == "GET" and needs_none and answers and "{" not in path:
            yield call, path, next(iter(answers.values()))


def spread(found: list[tuple[str, str, object]]) -> list[tuple[str, str, object]]:
    return found[:: max(1, len(found) // CALLS)][:CALLS]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
