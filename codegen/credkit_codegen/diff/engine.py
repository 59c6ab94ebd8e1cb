"""The engine: one walk, every rule on the pairs of its kind, and one `Change` for what many operations share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..diagnostics import Severity
from ..resolve import Documents, Node
from .change import Change, Direction, Found, Spot, fingerprint
from .pairs import AnyPair, Pair
from .registry import rules_on
from .rule import BOTH_WAYS, Rule
from .schemas import Owner
from .walk import Walk

__all__ = ["diff_documents"]
_ORDER = {severity: index for index, severity in enumerate(Severity)}
_Key = tuple[str, Direction | None, str, tuple[str, str] | None, tuple[str, str] | None]


@dataclass(slots=True, eq=False)
class _Raw:
    rule: Rule
    direction: Direction | None
    found: Found
    severity: Severity
    means: str
    old: Node | None
    new: Node | None
    owners: list[Owner]


def diff_documents(old: Documents, new: Documents) -> tuple[Change, ...]:
    """What changed from one document to another, most severe first, then by place.

    Both must have been normalised.

    Raises:
        UnresolvedRef: a path item leads nowhere, so that operations cannot be known.
    """
    found: dict[_Key, _Raw] = {}

    def visit(pair: AnyPair, owner: Owner) -> None:
        for rule in rules_on(pair.kind):
            severity = rule.severity(pair.direction)
            if severity is None:
                continue
            for item in rule.check(pair):
                raw = _raw(rule, pair, item, severity, owner)
                key = (rule.id, raw.direction, item.message, _key(raw.old), _key(raw.new))
                known = found.setdefault(key, raw)
                if known is not raw:
                    known.owners.append(owner)

    Walk(old, new, visit).run()
    changes = _changes(found.values())
    return tuple(sorted(changes, key=lambda item: (_ORDER[item.severity], item.verdict, _position(item), item.message)))


def _raw(rule: Rule, pair: Pair[object], found: Found, severity: Severity, owner: Owner) -> _Raw:
    return _Raw(
        rule=rule,
        direction=pair.direction if pair.kind in BOTH_WAYS else None,
        found=found,
        severity=found.severity or severity,
        means=found.means or rule.means(pair.direction),
        old=found.old or _node(pair.old),
        new=found.new or _node(pair.new),
        owners=[owner],
    )


def _node(thing: object) -> Node | None:
    """The place of one side of a pair."""
    place = thing if isinstance(thing, Node) else getattr(thing, "node", None)
    return place if isinstance(place, Node) else None


def _key(node: Node | None) -> tuple[str, str] | None:
    return node.key if node is not None else None


def _changes(raws: Iterable[_Raw]) -> list[Change]:
    raws = list(raws)
    spots = _spots([node for raw in raws for node in (raw.old, raw.new) if node is not None])
    made = []
    for raw in raws:
        old, new = (spots[id(node.document), node.pointer] if node is not None else None for node in (raw.old, raw.new))
        pointers = "\0".join(spot.pointer if spot is not None else "" for spot in (old, new))
        made.append(
            Change(
                rule=raw.rule.id,
                verdict=raw.rule.verdict,
                severity=raw.severity,
                message=raw.found.message,
                means=raw.means,
                direction=raw.direction,
                operations=tuple(sorted({name for owner in raw.owners for name in owner.operations()})),
                old=old,
                new=new,
                fingerprint=fingerprint(raw.rule.id, raw.direction, pointers, raw.found.message),
            )
        )
    return made


def _spots(nodes: list[Node]) -> dict[tuple[int, str], Spot]:
    """Files, lines and columns, found in one pass over each file."""
    documents = {id(node.document): node.document for node in nodes}
    found: dict[tuple[int, str], Spot] = {}
    for key, document in documents.items():
        pointers = {node.pointer for node in nodes if id(node.document) == key}
        for pointer, (file, line, column) in document.where(pointers).items():
            found[key, pointer] = Spot(file=file, line=line, column=column, pointer=pointer)
    return found


def _position(change: Change) -> tuple[str, int, int]:
    spot = change.new or change.old
    return (spot.file, spot.line, spot.column) if spot is not None else ("", 0, 0)
