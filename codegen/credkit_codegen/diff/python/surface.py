"""The public surface of a generated package, as griffe reads it: nothing is imported, nothing runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import griffe

from ...references import reached
from .annotations import names_in

# A constant that tells the runtime what a call is; nobody but the module uses it.
_INTERNAL = "Operation["


@dataclass(slots=True, eq=False)
class Surface:
    """`names` are public objects by their path without the package; `inputs` and `outputs` the classes and aliases that
    methods take and give."""

    root: griffe.Module
    folder: Path
    names: dict[str, griffe.Object] = field(default_factory=dict)
    inputs: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()


def read_surface(folder: Path, package: str) -> Surface:
    """Read the package below `folder`.

    Raises:
        SyntaxError, ImportError: it cannot be read; a fault of ours.
    """
    root = griffe.load(package, search_paths=[folder], allow_inspection=False)
    if not isinstance(root, griffe.Module):
        raise ImportError(package)
    surface = Surface(root, folder)
    surface.names = dict(_public(root, ""))
    taken, given = _used(surface.names.values())
    for sent, come in _exchanged(root):
        taken |= sent
        given |= come
    uses = _uses(surface.names)
    surface.inputs, surface.outputs = frozenset(reached(taken, uses)), frozenset(reached(given, uses))
    return surface


def _public(parent: griffe.Object, prefix: str) -> Iterator[tuple[str, griffe.Object]]:
    for name, member in parent.members.items():
        if member.is_alias or name.startswith("_") or not isinstance(member, griffe.Object):
            continue
        if isinstance(member, griffe.Attribute) and str(member.annotation or "").startswith(_INTERNAL):
            continue
        path = f"{prefix}{name}"
        yield path, member
        if not _follows_another(member):
            yield from _public(member, f"{path}.")


def _follows_another(member: griffe.Object) -> bool:
    """Whether a class only mirrors the methods of another: raw answers, and stubs for tests."""
    if not isinstance(member, griffe.Class) or member.parent is None:
        return False
    is_raw = member.name.endswith("Raw") and member.name.removesuffix("Raw") in member.parent.members
    return is_raw or (member.name.endswith("Stub") and member.parent.name == "testing")


def _used(objects: Iterable[griffe.Object]) -> tuple[set[str], set[str]]:
    """Names in what methods take, and in what they give."""
    taken: set[str] = set()
    given: set[str] = set()
    for item in objects:
        if isinstance(item, griffe.Function) and isinstance(item.parent, griffe.Class):
            for parameter in item.parameters:
                taken |= names_in(str(parameter.annotation or ""))
            given |= names_in(str(item.returns or ""))
        elif (
            isinstance(item, griffe.Attribute)
            and item.parent is not None
            and item.parent.name in ("webhooks", "errors")
        ):
            given |= names_in(str(item.value or ""))
    return taken, given


def _exchanged(module: griffe.Module) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Models in the bodies and answers of the constants that say what a call is."""
    for member in module.members.values():
        if isinstance(member, griffe.Module):
            yield from _exchanged(member)
        elif isinstance(member, griffe.Attribute) and str(member.annotation or "").startswith(_INTERNAL):
            call = ast.parse(str(member.value), mode="eval").body
            parts = {item.arg: item.value for item in call.keywords} if isinstance(call, ast.Call) else {}
            yield _named(parts.get("body")), _named(parts.get("responses"))


def _named(node: ast.expr | None) -> frozenset[str]:
    """The last words of dotted names, and plain names."""
    found = ast.walk(node) if node is not None else ()
    return frozenset(
        item.attr if isinstance(item, ast.Attribute) else item.id
        for item in found
        if isinstance(item, ast.Attribute | ast.Name)
    )


def _uses(names: dict[str, griffe.Object]) -> dict[str, set[str]]:
    """What each class and alias is made of, by plain name."""
    found: dict[str, set[str]] = {}
    for item in names.values():
        if isinstance(item, griffe.Attribute) and isinstance(item.parent, griffe.Class):
            found.setdefault(item.parent.name, set()).update(names_in(str(item.annotation or "")))
        elif isinstance(item, griffe.Attribute):
            found.setdefault(item.name, set()).update(names_in(str(item.value or "")))
        elif isinstance(item, griffe.Class):
            found.setdefault(item.name, set()).update(name for base in item.bases for name in names_in(str(base)))
    return found
