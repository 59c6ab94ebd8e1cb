"""The values of a parameter are written in another way (`style`, `explode`, `allowReserved`, `content`).

Why: the server reads something else in the same text.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...ir import JSON
from ..change import Found
from ..pairs import Kind, Pair, Parameter, show

ON = Kind.PARAMETER
REQUEST = "earlier clients send a text that is read otherwise: upgrade"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: ids, in: query, explode: false, schema: {type: array, items: {type: string}}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: ids, in: query, schema: {type: array, items: {type: string}}}
"""
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def _encoding(item: Parameter) -> dict[str, JSON]:
    style = item.node.text("style") or _STYLES.get(item.location, "simple")
    return {
        "style": style,
        "explode": item.node.map.get("explode", style == "form"),
        "allowReserved": item.node.map.get("allowReserved", False),
        "content": next(iter(item.node.child("content").map), None),
    }


def _is_structured(both: tuple[Parameter, Parameter]) -> bool:
    """Single values look the same in most styles."""
    kinds = {name for item in both for name in item.schema.types or ("object",)}
    special = any(item.node.map.keys() & {"content", "allowReserved"} for item in both)
    return (
        special or bool(kinds & {"array", "object"}) or both[0].node.map.get("style") != both[1].node.map.get("style")
    )


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (_encoding(item) for item in pair.both)
        changed = sorted(key for key in old if old[key] != new[key])
        if changed and _is_structured(pair.both):
            words = ", ".join(f"{key} {show(new[key])} (was {show(old[key])})" for key in changed)
            yield Found(f"{pair.subject} is written with {words}")
