"""Where the templates stand: inside the installed package, or beside `codegen/` in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final


def _templates() -> Path:
    here = Path(__file__).resolve().parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parent.parent / "templates"


TEMPLATES: Final = _templates()
