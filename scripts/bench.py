"""What Credkit costs, as ratios against peers measured in the same run.

Machines are noisy, so a figure here is always a quotient of two medians, and the two are taken turn by turn.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 9
PACKAGES = sorted(path.name for path in ROOT.glob("generated/*/credkit_*") if path.is_dir())


def main() -> int:
    """Run every measurement and print a line for each."""
    print(f"{'measured':58} {'ratio':>7}   median")
    for package in PACKAGES:
        report_import(package)
    report_noop_generate()
    return 0


def report_import(package: str) -> None:
    """Importing a package and its client, beside `import httpx, pydantic` alone."""
    bare = "import httpx, pydantic"
    for what in (package, f"{package}.client"):
        base, ours = alternate(partial(child, bare), partial(child, f"{bare}; import {what}"))
        line(f"import {what} / import httpx, pydantic", ours / base, ours, note=f"adds {1000 * (ours - base):.1f} ms")


def report_noop_generate() -> None:
    """A `generate` with nothing to do, beside one that writes the four vendors anew."""

    def full() -> float:
        return command("generate", "--force")

    base, ours = alternate(full, lambda: command("generate"), rounds=3)
    line("generate with nothing to do / full generate", ours / base, ours)


def alternate(one: Callable[[], float], other: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians in seconds of two measurements taken turn by turn."""
    pairs = [(one(), other()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def child(code: str) -> float:
    """Seconds of processor time that a fresh interpreter takes for `code`, without its own start."""
    timed = f"import time; start = time.process_time()\n{code}\nprint(time.process_time() - start)"
    return float(subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True).stdout)


def command(*arguments: str) -> float:
    """Seconds of one run of the generator, interpreter start included."""
    start = time.perf_counter()
    generator = Path(sys.executable).with_name("credkit-codegen")
    subprocess.run([generator, *arguments], check=True, cwd=ROOT, capture_output=True)
    return time.perf_counter() - start


def line(what: str, ratio: float, seconds: float, note: str = "") -> None:
    """Print one result."""
    print(f"{what:58} {ratio:7.2f}   {1000 * seconds:7.1f} ms  {note}".rstrip())


if __name__ == "__main__":
    raise SystemExit(main())
