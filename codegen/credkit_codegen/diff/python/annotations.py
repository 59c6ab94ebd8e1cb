"""Types as they are written in generated code, as sets of what they let in."""

from __future__ import annotations

import ast
from functools import lru_cache

from ..types import Step, compare_sets

# Plain strings to a type checker (credkit.runtime.models).
_STRINGS = frozenset({"OtherStr", "Secret"})
_PLAIN = {"typing.": "", "models.": "", "builtins.": ""}


def annotation_step(old: str | None, new: str | None) -> Step:
    """How one annotation became another; none lets in everything."""
    if old == new:
        return Step.SAME
    before = members(old) if old is not None else None
    after = members(new) if new is not None else None
    if before is not None and after is not None:
        # Every literal text is a text.
        before, after = before | _texts(after) if "str" in before else before, (
            after | _texts(before) if "str" in after else after
        )
    step = compare_sets(before, after)
    if step is Step.CHANGED and before is not None and after is not None:
        return _inside(before - after, after - before, before, after)
    return step


def _texts(found: frozenset[str]) -> frozenset[str]:
    return frozenset(item for item in found if item[:1] in "'\"")


def alias_step(old: str, new: str) -> Step:
    """How what a module-level name stands for became another. A `NewType` lets in less than what it is made of."""
    before, after = _base_of_newtype(old), _base_of_newtype(new)
    if (before is None) == (after is None):
        return annotation_step(old, new)
    step = annotation_step(before or old, after or new)
    if step is Step.SAME:
        return Step.NARROWED if after is not None else Step.WIDENED
    return Step.CHANGED


def _base_of_newtype(text: str) -> str | None:
    node = parse(text)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "NewType" and len(node.args) == 2:
        return ast.unparse(node.args[1])
    return None


def _inside(gone: frozenset[str], come: frozenset[str], before: frozenset[str], after: frozenset[str]) -> Step:
    """Two lists, or two mappings, differ as what they hold does."""
    if len(gone) == len(come) == 1:
        (old,), (new,) = gone, come
        outer, left = _parts(old)
        same, right = _parts(new)
        if outer == same and left is not None and right is not None and len(left) == len(right):
            steps = {annotation_step(*pair) for pair in zip(left, right, strict=True)} - {Step.SAME}
            if len(steps) == 1:
                return steps.pop()
    return Step.CHANGED


def _parts(text: str) -> tuple[str, list[str] | None]:
    node = parse(text)
    if not isinstance(node, ast.Subscript):
        return text, None
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return ast.unparse(node.value), [ast.unparse(item) for item in items]


@lru_cache(maxsize=4096)
def members(annotation: str) -> frozenset[str]:
    """The alternatives of a type; literals one by one, unless any string will do."""
    node = parse(annotation)
    found = frozenset(_members(node)) if node is not None else frozenset({annotation})
    if "str" in found:
        found = frozenset(item for item in found if item[:1] not in "'\"")
    return found | {"int"} if "float" in found else found


def parse(annotation: str) -> ast.expr | None:
    """A type as it is written, without the modules that its names come from; None: it is no expression."""
    for prefix, plain in _PLAIN.items():
        annotation = annotation.replace(prefix, plain)
    try:
        return ast.parse(annotation.strip(), mode="eval").body
    except SyntaxError:
        return None


def _members(node: ast.expr) -> list[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_members(node.left), *_members(node.right)]
    if isinstance(node, ast.Subscript):
        name = ast.unparse(node.value)
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Literal":
            return [ast.unparse(item) for item in items]
        if name in ("Omittable", "Optional"):
            return [*_members(items[0]), "None"]
        if name in ("Annotated", "OneOf", "Secret"):
            return _members(items[0])
        if name == "Union":
            return [member for item in items for member in _members(item)]
    text = ast.unparse(node)
    return ["str"] if text in _STRINGS else [text]


def names_in(annotation: str) -> frozenset[str]:
    """Every plain name in an annotation."""
    node = parse(annotation)
    return (
        frozenset(item.id for item in ast.walk(node) if isinstance(item, ast.Name)) if node is not None else frozenset()
    )
