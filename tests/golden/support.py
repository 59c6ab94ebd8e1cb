"""Golden cases: a document, a line of prose, the tree that it becomes. `python tests/golden/support.py` writes the trees anew."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from credkit_codegen.lock import LOCK_NAME
from credkit_codegen.pipeline import Target, generate

HERE = Path(__file__).resolve().parent
UPDATE = "python tests/golden/support.py"
CASES = sorted(path.parent for path in HERE.glob("*/openapi.yaml"))


def package_of(case: Path) -> str:
    """The import name of a case's package."""
    return f"golden_{case.name}"


def generate_case(case: Path, out: Path) -> None:
    """Generate the distribution of a case into `out`."""
    config = case / "client.toml"
    generate(
        Target(
            spec=case / "openapi.yaml",
            out=out,
            config=config if config.is_file() else None,
            package=package_of(case),
        )
    )


def tree(root: Path) -> dict[str, str]:
    """Texts by path; without the lock, which changes with every edit of the generator."""
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != LOCK_NAME and "__pycache__" not in path.parts
    }


def update() -> None:
    """Write the expected tree of every case."""
    for case in CASES:
        expected = case / "expected"
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            generate_case(case, out)
            shutil.rmtree(expected, ignore_errors=True)
            for path, text in tree(out).items():
                (expected / path).parent.mkdir(parents=True, exist_ok=True)
                (expected / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    update()
    sys.stdout.write(f"wrote the expected trees of {len(CASES)} cases\n")
