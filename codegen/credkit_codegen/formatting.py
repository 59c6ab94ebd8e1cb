"""GeneratedFile -> GeneratedFile, as black writes Python. A lot of text is formatted by several processes at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from .files import GeneratedFile

LINE_LENGTH = 120
MUCH = 400_000
"""From this many characters on, starting processes costs less than it saves."""
_BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def format_files(files: Sequence[GeneratedFile]) -> tuple[GeneratedFile, ...]:
    """Python files formatted, and the Python blocks of Markdown files; others as they are."""
    workers = min(os.cpu_count() or 1, 8)
    if workers == 1 or sum(len(file.text) for file in files if file.is_python) < MUCH:
        return tuple(_format(file) for file in files)
    return _format_in_processes(files, workers)


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


def _format_in_processes(files: Sequence[GeneratedFile], workers: int) -> tuple[GeneratedFile, ...]:
    """Shares of about the same size, the largest files dealt out first."""
    shares: list[list[int]] = [[] for _ in range(workers)]
    sizes = [0] * workers
    python = [index for index, file in enumerate(files) if file.is_python]
    for index in sorted(python, key=lambda index: -len(files[index].text)):
        smallest = sizes.index(min(sizes))
        shares[smallest].append(index)
        sizes[smallest] += len(files[index].text)
    done = {index: _format(file) for index, file in enumerate(files) if not file.is_python}
    with ThreadPoolExecutor(workers) as pool:
        results = pool.map(lambda share: _format_elsewhere([files[index].text for index in share]), shares)
        for share, texts in zip(shares, results, strict=True):
            done |= {index: replace(files[index], text=text) for index, text in zip(share, texts, strict=True)}
    return tuple(done[index] for index in range(len(files)))


def _format_elsewhere(texts: list[str]) -> list[str]:
    """Texts formatted by another process, which reads and writes a JSON list."""
    command = [sys.executable, "-P", "-m", __name__]
    result = subprocess.run(  # noqa: S603 - this interpreter, this module
        command, input=json.dumps(texts).encode(), stdout=subprocess.PIPE, check=True
    )
    formatted: list[str] = json.loads(result.stdout)
    return formatted


if __name__ == "__main__":
    sys.stdout.buffer.write(json.dumps([_python(text) for text in json.loads(sys.stdin.buffer.read())]).encode())
