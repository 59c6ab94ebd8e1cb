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


def view_imports(imports: Iterable[Import], own: str = ".") -> tuple[tuple[Source, ...], ...]:
    """Groups of import lines: standard library, installed packages, this package (relative, or by its name `own`)."""
    groups: tuple[list[Import], ...] = ([], [], [])
    for item in imports:
        groups[_group(item.module, own)].append(item)
    return tuple(tuple(_lines(group)) for group in groups if group)


def _group(module: str, own: str) -> int:
    top = module.split(".")[0]
    if not top or top == own:
        return 2
    return 0 if top in sys.stdlib_module_names else 1


def _lines(group: list[Import]) -> Iterable[Source]:
    for module in sorted(item.module for item in group if item.name is None):
        yield Source(f"import {module}")
    named: dict[str, set[str]] = defaultdict(set)
    aliased: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for item in group:
        if item.name is not None and item.alias is not None:
            aliased[item.module].add((item.name, item.alias))
        elif item.name is not None:
            named[item.module].add(item.name)
    for module in sorted({*named, *aliased}, key=lambda text: (text.strip(".") != "", text)):
        yield from _lines_of(module, named[module], aliased[module])


def _lines_of(module: str, names: set[str], aliased: set[tuple[str, str]]) -> Iterable[Source]:
    """One line for the plain names, one for each that gets another name, in the order of the names that they begin with."""
    plain = sorted(names, key=_by_kind)
    lines = [(name, f"{name} as {alias}") for name, alias in aliased]
    if plain:
        lines.append((plain[0], ", ".join(plain)))
    for _, text in sorted(lines, key=lambda line: _by_kind(line[0])):
        yield Source(f"from {module} import {text}")


def _by_kind(name: str) -> tuple[int, str]:
    """isort's order by type: constants, classes, functions and modules."""
    if len(name) > 1 and name.isupper():
        return 0, name
    return (1 if name[:1].isupper() else 2), name
