"""GeneratedFile -> GeneratedFile, as black writes Python.

ruff's formatter does it: on what our templates print it agrees with black to the byte (the tests let black judge the vendors'
packages, the golden trees and whole documents), and it formats 300,000 lines in the time that black needs to be imported.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from .files import GeneratedFile

LINE_LENGTH = 120
_BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_OPTIONS = ("--isolated", "--no-cache", "--line-length", str(LINE_LENGTH), "--target-version", "py311")


class NotFormatted(RuntimeError):
    """The formatter refused what was rendered: always a fault of the generator. Nothing is written."""


def format_files(files: Sequence[GeneratedFile]) -> tuple[GeneratedFile, ...]:
    """Python files formatted, and the Python blocks of Markdown files; others as they are.

    Raises:
        NotFormatted: a text is not Python; the message says where.
    """
    texts = [text for file in files for text in _python_in(file)]
    formatted = iter(format_python(texts))
    return tuple(_with(file, formatted) for file in files)


def _python_in(file: GeneratedFile) -> list[str]:
    if file.is_python:
        return [file.text]
    return _BLOCK.findall(file.text) if file.path.suffix == ".md" else []


def _with(file: GeneratedFile, formatted: Iterator[str]) -> GeneratedFile:
    if file.is_python:
        return replace(file, text=next(formatted))
    if file.path.suffix == ".md":
        return replace(file, text=_BLOCK.sub(lambda _: f"```python\n{next(formatted)}```\n", file.text))
    return file


def format_python(texts: Sequence[str]) -> list[str]:
    """Each text as black writes it.

    Raises:
        NotFormatted: one of them is not Python.
    """
    # Imported here: a run with nothing to do never formats.
    from ruff import find_ruff_bin

    with tempfile.TemporaryDirectory(prefix="credkit-format-") as folder:
        # The name of a file is its number: nothing of a document's names reaches the formatter.
        paths = [Path(folder) / f"{number}.py" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text.encode())
        command = [find_ruff_bin(), "format", *_OPTIONS, folder]
        result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - ruff's own binary
        if result.returncode:
            raise NotFormatted(result.stderr.decode(errors="replace"))
        return [path.read_bytes().decode() for path in paths]
