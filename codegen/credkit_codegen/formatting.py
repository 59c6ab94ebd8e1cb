"""GeneratedFile -> GeneratedFile, as black writes Python."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from .files import GeneratedFile

LINE_LENGTH = 120
_BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def format_files(files: Iterable[GeneratedFile]) -> tuple[GeneratedFile, ...]:
    """Python files formatted, and the Python blocks of Markdown files; others as they are."""
    return tuple(_format(file) for file in files)


def _format(file: GeneratedFile) -> GeneratedFile:
    if file.is_python:
        return replace(file, text=_python(file.text))
    if file.path.suffix == ".md":
        return replace(file, text=_BLOCK.sub(lambda block: f"```python\n{_python(block[1])}```\n", file.text))
    return file


def _python(text: str) -> str:
    # Imported here: a run with nothing to do never formats.
    from black import format_str
    from black.mode import Mode, TargetVersion

    return format_str(text, mode=Mode(target_versions={TargetVersion.PY311}, line_length=LINE_LENGTH))
