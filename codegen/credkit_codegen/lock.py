"""`codegen.lock`: what a generated package was made from, and what was made.

One line for each fact, sorted, so that a review shows what changed and nothing else. A run whose inputs and outputs have the
digests of the lock has nothing to do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from .files import GeneratedFile, digest
from .literals import toml_key_value
from .paths import TEMPLATES

LOCK_NAME = "codegen.lock"
_NONE: Mapping[str, str] = MappingProxyType({})
# Parts of the generator that cannot change what is generated.
_NOT_GENERATING = frozenset(
    {
        "__main__.py", "cli.py", "commandline.py", "commands.py", "diff", "inspect.py", "lint", "lsp", "release", "report.py",
        "scaffold", "sources", "templates",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Digests of what went in and of what came out; operations by id; Python names by place.

    `operations_in_spec` counts what the document has, `operations` lists what the generated modules hold. `is_intact`:
    read from a file that nobody edited.
    """

    generator: str = ""
    templates: str = ""
    options: str = ""
    is_intact: bool = False
    operations_in_spec: int = 0
    sources: Mapping[str, str] = field(default_factory=lambda: _NONE)
    files: Mapping[str, str] = field(default_factory=lambda: _NONE)
    operations: Mapping[str, str] = field(default_factory=lambda: _NONE)
    names: Mapping[str, str] = field(default_factory=lambda: _NONE)


def read_lock(root: Path) -> Lock:
    """The lock in a distribution's folder; an empty one where there is none or it cannot be read."""
    try:
        text = (root / LOCK_NAME).read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Lock()
    made_by = _texts(data.get("made_by"))
    count = data.get("operations_in_spec")
    return Lock(
        generator=made_by.get("generator", ""),
        templates=made_by.get("templates", ""),
        options=made_by.get("options", ""),
        is_intact=_sealed(_SEAL.sub("", text)) == text,
        operations_in_spec=count if isinstance(count, int) else 0,
        sources=_texts(data.get("sources")),
        files=_texts(data.get("files")),
        operations=_texts(data.get("operations")),
        names=_texts(data.get("names")),
    )


def _texts(table: object) -> dict[str, str]:
    items = table.items() if isinstance(table, dict) else ()
    return {key: value for key, value in items if isinstance(value, str)}


def render_lock(lock: Lock, header: str) -> GeneratedFile:
    made_by = {"generator": lock.generator, "templates": lock.templates, "options": lock.options}
    lines = [f"# {header}", f"operations_in_spec = {lock.operations_in_spec}"]
    tables: Mapping[str, Mapping[str, str]] = {
        "made_by": made_by,
        "sources": lock.sources,
        "operations": lock.operations,
        "names": lock.names,
        "files": lock.files,
    }
    for title, table in tables.items():
        lines += ["", f"[{title}]", *(toml_key_value(key, table[key]) for key in sorted(table))]
    return GeneratedFile(PurePosixPath(LOCK_NAME), _sealed("\n".join(lines) + "\n"))


_SEAL = re.compile(r"^seal = .*\n", re.MULTILINE)


def _sealed(text: str) -> str:
    """The text of a lock with a digest of itself in its second line, by which an edit shows."""
    first, _, rest = text.partition("\n")
    return f'{first}\nseal = "{digest(text)}"\n{rest}'


def digest_files(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    """Digests of files by path relative to `folder`; a file that cannot be read has the digest ""."""
    return {path: _digest_file(folder / path) for path in paths}


def _digest_file(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


@cache
def digest_generator() -> str:
    """One digest of the generator's own sources, taken once: what is loaded does not change with them."""
    return _digest_tree(Path(__file__).resolve().parent, ".py", leave_out=_NOT_GENERATING)


@cache
def digest_templates() -> str:
    """One digest of all templates."""
    return _digest_tree(TEMPLATES, (".jinja", ".jinja2"))


def _digest_tree(folder: Path, suffix: str | tuple[str, ...], leave_out: frozenset[str] = frozenset()) -> str:
    paths = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.name.endswith(suffix) and path.relative_to(folder).parts[0] not in leave_out
    )
    return digest("\n".join(f"{path} {value}" for path, value in digest_files(folder, paths).items()))
