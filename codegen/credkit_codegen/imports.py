"""Import statements of a generated module, in the order that isort and ruff expect."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .literals import Source


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """`from module import name`, or `import module` when `name` is None, or `from module import name as alias`."""

    module: str
    name: str | None = None
    alias: str | None = None


RUNTIME = "credkit.runtime"
RUNTIME_MODELS = "credkit.runtime.models"


def runtime(*names: str) -> frozenset[Import]:
    return frozenset(Import(RUNTIME, name) for name in names)


def view_imports(imports: Iterable[Import]) -> tuple[tuple[Source, ...], ...]:
    """Groups of import lines: standard library, installed packages, this package."""
    groups: tuple[list[Import], ...] = ([], [], [])
    for item in imports:
        groups[_group(item.module)].append(item)
    return tuple(tuple(_lines(group)) for group in groups if group)


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return 0 if module.split(".")[0] in sys.stdlib_module_names else 1


def _lines(group: list[Import]) -> Iterable[Source]:
    for module in sorted(item.module for item in group if item.name is None):
        yield Source(f"import {module}")
    named: dict[str, set[tuple[str, str | None]]] = defaultdict(set)
    for item in group:
        if item.name is not None:
            named[item.module].add((item.name, item.alias))
    for module in sorted(named, key=lambda text: (text.strip(".") != "", text)):
        yield Source(f"from {module} import {', '.join(_imported(named[module]))}")


def _imported(names: set[tuple[str, str | None]]) -> list[str]:
    ordered = sorted(names, key=lambda pair: (_kind(pair[0]), pair[0], pair[1] or ""))
    return [f"{name} as {alias}" if alias else name for name, alias in ordered]


def _kind(name: str) -> int:
    """isort's order by type: constants, classes, functions and modules."""
    if len(name) > 1 and name.isupper():
        return 0
    return 1 if name[:1].isupper() else 2
