"""Generate every document of a folder and judge the packages; `python scripts/corpus.py --help` says how."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.judge.cli import main  # only importable once the project's folder is on the path

if __name__ == "__main__":
    raise SystemExit(main())
