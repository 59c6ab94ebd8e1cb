"""Generate all vendors twice, in two other places and under two hash seeds, and compare with what is committed."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Exit 0 when both copies equal `generated/` byte for byte."""
    with tempfile.TemporaryDirectory(prefix="credkit determinism ") as folder:
        for seed, name in (("1", "one"), ("4242", "another place")):
            copy = Path(folder) / name
            shutil.copytree(ROOT / "specs", copy / "specs")
            (copy / "generated").mkdir()
            for lock in ROOT.glob("generated/*/codegen.lock"):
                target = copy / lock.relative_to(ROOT)
                target.parent.mkdir()
                shutil.copy(lock, target)
            generate(copy, seed)
            differing = sorted(differences(ROOT / "generated", copy / "generated"))
            if differing:
                print(f"generation is not deterministic (hash seed {seed}): {', '.join(differing)}", file=sys.stderr)
                return 1
    print("generated/ is the same from another folder and under another hash seed.")
    return 0


def generate(root: Path, seed: str) -> None:
    """Run the generator with `root` as its project."""
    generator = Path(sys.executable).with_name("credkit-codegen")
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run(
        [generator, "generate", "--force", "--root", root], check=True, env=environment, stdout=subprocess.DEVNULL
    )


def differences(left: Path, right: Path) -> set[str]:
    """Relative paths of files that stand in one tree only or differ."""
    names = {path.relative_to(top) for top in (left, right) for path in top.rglob("*") if is_ours(path)}
    return {
        str(name)
        for name in names
        if not (left / name).is_file()
        or not (right / name).is_file()
        or not filecmp.cmp(left / name, right / name, shallow=False)
    }


def is_ours(path: Path) -> bool:
    """Whether a path is a file that the generator could have written (and not a cache of Python's)."""
    return path.is_file() and "__pycache__" not in path.parts and not any(p.endswith(".egg-info") for p in path.parts)


if __name__ == "__main__":
    raise SystemExit(main())
