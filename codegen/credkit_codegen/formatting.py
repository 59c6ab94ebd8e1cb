"""GeneratedFile -> GeneratedFile, as black writes Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .files import GeneratedFile

LINE_LENGTH = 120


def format_files(files: Iterable[GeneratedFile]) -> tuple[GeneratedFile, ...]:
    """Python files formatted; others as they are."""
    return tuple(_format(file) if file.is_python else file for file in files)


def _format(file: GeneratedFile) -> GeneratedFile:
    # Imported here: a run with nothing to do never formats.
    import black

    mode = black.Mode(target_versions={black.TargetVersion.PY311}, line_length=LINE_LENGTH)
    return replace(file, text=black.format_str(file.text, mode=mode))
