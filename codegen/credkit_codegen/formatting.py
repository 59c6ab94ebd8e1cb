"""GeneratedFile -> GeneratedFile, as black writes Python.

black itself formats a package of ordinary size. It takes a second for 3,000 lines, so a large one is left to ruff's formatter,
which prints the same: the tests let black judge drawn APIs and whole documents that ruff formatted. Where the two are known to
disagree, views and templates print what both keep; what is left is an alias whose name alone fills a line.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from .files import GeneratedFile
from .formatters import Formatter

LINE_LENGTH = 120
LARGE = 250_000
"""Characters of rendered Python, about 6,000 lines, from which on ruff is chosen."""
MUCH = 400_000
"""Characters from which on starting black's own processes costs less than it saves."""
_BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_WIDTH = ("--line-length", str(LINE_LENGTH))
_RUFF = ("ruff", "format", "--isolated", "--no-cache", *_WIDTH, "--target-version", "py311")
_BLACK = ("black", "--fast", *_WIDTH, "--target-version", "py311")


class NotFormatted(RuntimeError):
    """The formatter refused what was rendered: always a fault of the generator. Nothing is written."""


def choose_formatter(files: Sequence[GeneratedFile], wanted: Formatter = Formatter.AUTO) -> Formatter:
    """The formatter for these files: the one that is wanted, else by how much there is to format."""
    if wanted is not Formatter.AUTO:
        return wanted
    size = sum(len(file.text) for file in files if file.is_python)
    return Formatter.RUFF if size > LARGE else Formatter.BLACK


def format_files(files: Sequence[GeneratedFile], formatter: Formatter = Formatter.AUTO) -> tuple[GeneratedFile, ...]:
    """Python files formatted, and the Python blocks of Markdown files; others as they are.

    Raises:
        NotFormatted: a text is not Python; the message says where.
    """
    texts = [text for file in files for text in _python_in(file)]
    formatted = iter(format_python(texts, choose_formatter(files, formatter)))
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


def format_python(texts: Sequence[str], formatter: Formatter) -> list[str]:
    """Each text formatted by `BLACK` or `RUFF`.

    Raises:
        NotFormatted: one of them is not Python.
    """
    if formatter is Formatter.RUFF:
        return _format_elsewhere(texts, _RUFF)
    if sum(map(len, texts)) > MUCH and (os.cpu_count() or 1) > 1:
        return _format_elsewhere(texts, _BLACK)
    return [_by_black(text) for text in texts]


def _by_black(text: str) -> str:
    # Imported here: a run with nothing to do never formats.
    from black import format_str
    from black.mode import Mode, TargetVersion
    from black.parsing import InvalidInput

    try:
        return format_str(text, mode=Mode(target_versions={TargetVersion.PY311}, line_length=LINE_LENGTH))
    except InvalidInput as error:
        raise NotFormatted(str(error)) from error


def _format_elsewhere(texts: Sequence[str], command: Sequence[str]) -> list[str]:
    """Texts formatted by a program that uses all cores, in a folder of its own.

    A file's name is its number: nothing of a document's names reaches the program. Settings of the user do not either.
    """
    with tempfile.TemporaryDirectory(prefix="credkit-format-") as folder:
        settings = Path(folder) / "none.toml"
        settings.write_bytes(b"")
        paths = [Path(folder) / f"{number}.py" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_bytes(text.encode())
        alone = ("--config", str(settings)) if command is _BLACK else ()
        result = subprocess.run(  # noqa: S603 - this interpreter, a module that we depend on
            [sys.executable, "-P", "-m", *command, *alone, folder],
            capture_output=True,
            check=False,
            env={**os.environ, "BLACK_CACHE_DIR": folder},
        )
        if result.returncode:
            raise NotFormatted(result.stderr.decode(errors="replace"))
        return [path.read_bytes().decode() for path in paths]
