"""The recorded session of docs/releasing.md: read from the page, played in a small project, and written back when asked.

python -m tests.codegen.release.session      # records anew
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from credkit_codegen.cli import main
from tests.codegen.diff.repository import Project

PAGE = Path(__file__).resolve().parents[3] / "docs" / "releasing.md"
BLOCK = re.compile(r"^```(?P<kind>diff|console)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def play(page: str, project: Project) -> str:
    """The page with the output that its commands have now. The working folder is the project's."""

    def replace(match: re.Match[str]) -> str:
        if match["kind"] == "diff":
            subprocess.run(["git", "apply", "-"], input=match["text"], text=True, check=True, cwd=project.root)
            return match[0]
        parts = [f"$ {command}\n{output(command, project)}" for command in commands(match["text"])]
        return f"```console\n{''.join(parts)}```"

    return BLOCK.sub(replace, page)


def commands(block: str) -> Iterator[str]:
    yield from (line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ "))


def output(command: str, project: Project) -> str:
    """What a command prints, standard error included."""
    words = shlex.split(command)
    if words[0] == "git":
        return project.git(*words[1:])
    assert words[0] == "credkit-codegen", command
    return _captured(lambda: main(words[1:]))


def _captured(call: Callable[[], None]) -> str:
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text), contextlib.suppress(SystemExit):
        call()
    return text.getvalue()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Project(Path(folder))
        os.chdir(folder)
        PAGE.write_text(play(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
