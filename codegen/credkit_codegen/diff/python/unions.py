"""Open unions (`OneOf[...]`): whether one more variant leaves every value read as it was."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

import griffe

from .annotations import parse
from .surface import Surface

_SCALARS = frozenset({"str", "int", "float", "bool"})


def variants_added(old: str, new: str, before: Surface, after: Surface) -> tuple[str, ...]:
    """What the open unions of an annotation have more, where that is certainly all that there is to it: the rest of the annotation is
    as it was, and nothing that was read as an old variant can be read as a new one. Else nothing."""
    pairs = _differing(parse(old), parse(new))
    found: dict[str, None] = {}
    for was, is_ in pairs or ():
        more = _added(_Union.of(was, before), _Union.of(is_, after))
        if not more:
            return ()
        found.update(dict.fromkeys(more))
    return tuple(found)


def _differing(old: ast.expr | None, new: ast.expr | None) -> list[tuple[ast.expr, ast.expr]] | None:
    """What stands in the open unions that differ; None where something else differs."""
    if old is None or new is None:
        return None
    if ast.dump(old) == ast.dump(new):
        return []
    (outer, left), (same, right) = _parts(old), _parts(new)
    if outer != same or len(left) != len(right) or not left:
        return None
    if outer == "OneOf":
        return [(left[0], right[0])]
    found = []
    for pair in zip(left, right, strict=True):
        below = _differing(*pair)
        if below is None:
            return None
        found.extend(below)
    return found


def _parts(node: ast.expr) -> tuple[str, list[ast.expr]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return "|", _alternatives(node)
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value), node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return ast.unparse(node), []


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    return [node]


@dataclass(frozen=True, slots=True)
class _Union:
    """`members` in their order; `marker` is what tells them apart (`Field(...)`, `TaggedBy(...)`), if something does."""

    members: tuple[str, ...]
    marker: ast.Call | None
    surface: Surface

    @classmethod
    def of(cls, node: ast.expr, surface: Surface) -> _Union:
        outer, parts = _parts(node)
        marker = parts[1] if outer == "Annotated" and len(parts) == 2 else None
        members = _alternatives(parts[0] if outer == "Annotated" else node)
        return cls(tuple(map(ast.unparse, members)), marker if isinstance(marker, ast.Call) else None, surface)

    def tags(self) -> Mapping[tuple[str, str], str] | None:
        """Member on the wire and its value -> what an object with it is read as; None where that is not certain."""
        if self.marker is None:
            return None
        options = {item.arg: item.value for item in self.marker.keywords}
        if ast.unparse(self.marker.func) == "TaggedBy":
            return self._listed(self.marker.args, options)
        tag = _text(options.get("discriminator"))
        if tag is None:
            return None
        found: dict[tuple[str, str], str] = {}
        for member in self.members:
            wire, values = _literals(self.surface, member).get(tag, ("", ()))
            if not values:
                return None
            found |= {(wire, value): member for value in values}
        return found

    def _listed(
        self, args: list[ast.expr], options: Mapping[str | None, ast.expr]
    ) -> Mapping[tuple[str, str], str] | None:
        """As the union says itself. Where the tag may be absent, such an object is what it looks like, which one more may change."""
        if len(args) != 2 or not isinstance(args[1], ast.Dict) or "required" in options:
            return None
        wire = _text(options.get("alias", args[0]))
        if wire is None or None in args[1].keys:
            return None
        return {
            (wire, ast.unparse(value)): ast.unparse(named)
            for value, named in zip(args[1].keys, args[1].values, strict=True)
            if value is not None
        }


def _added(old: _Union, new: _Union) -> tuple[str, ...]:
    """The members that `new` has more, if nothing can be read otherwise because of them."""
    more = tuple(member for member in new.members if member not in old.members)
    kept = tuple(member for member in new.members if member in old.members)
    before, after = old.tags(), new.tags()
    if before is not None and after is not None:
        certain = set(kept) == set(old.members) and before.items() <= after.items()
    elif old.marker is None and new.marker is None:
        # Of several that fit as well the first is taken.
        certain = kept == old.members and all(_is_apart(was, is_, old, new) for was in kept for is_ in more)
    else:
        certain = False
    return more if certain else ()


def _is_apart(was: str, is_: str, old: _Union, new: _Union) -> bool:
    """Whether no object is both: a member that both must have has other values in each."""
    needed = dict(_literals(new.surface, is_).values())
    if was in _SCALARS:
        return _model(new.surface, is_) is not None
    known = dict(_literals(old.surface, was).values())
    return any(not set(known[wire]) & set(needed[wire]) for wire in known.keys() & needed.keys())


def _literals(surface: Surface, name: str) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Of a model the members that must be there and may only be one of some texts: name in Python -> name on the wire, and values
    as they are written in Python."""
    model = _model(surface, name)
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for item in model.members.values() if model is not None else ():
        node = parse(str(item.annotation)) if isinstance(item, griffe.Attribute) and item.value is None else None
        if node is None:
            continue
        outer, parts = _parts(node)
        wire = item.name
        if outer == "Annotated":
            wire = _alias(parts[1:]) or wire
            outer, parts = _parts(parts[0])
        if outer == "Literal" and all(_text(part) is not None for part in parts):
            found[item.name] = wire, tuple(map(ast.unparse, parts))
    return found


def _alias(metadata: list[ast.expr]) -> str | None:
    """The name on the wire, as `Annotated[..., Field(alias=...)]` says it."""
    keywords = [keyword for part in metadata if isinstance(part, ast.Call) for keyword in part.keywords]
    return next((text for one in keywords if one.arg == "alias" and (text := _text(one.value))), None)


def _model(surface: Surface, name: str) -> griffe.Class | None:
    found = surface.names.get(f"models.{name}")
    return found if isinstance(found, griffe.Class) else None


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
