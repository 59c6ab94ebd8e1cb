"""Objects that look the same wherever examples show them become one component."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from ... import names
from ...primitives import JSON

Schema = dict[str, JSON]

_FEWEST_MEMBERS = 2
# Members that say nothing of what they hold; the schema around them names it better.
_EMPTY_WORDS = frozenset(
    {"data", "result", "results", "response", "body", "items", "item", "payload", "content", "list"}
)


@dataclass(frozen=True, slots=True)
class _Place:
    """An object schema below a component: what holds it, at which key, and what it would be called."""

    owner: str
    holder: Schema
    key: str
    name: str

    @property
    def schema(self) -> Schema:
        found = self.holder[self.key]
        assert isinstance(found, dict)
        return found


def share_objects(schemas: Schema) -> None:
    """Replace objects that occur more than once, the largest first, by references to a new component of `schemas`."""
    while True:
        groups: dict[str, list[_Place]] = {}
        for owner, schema in schemas.items():
            assert isinstance(schema, dict)
            for place in _objects(owner, schema, ""):
                groups.setdefault(json.dumps(place.schema, sort_keys=True), []).append(place)
        repeated = [text for text, places in groups.items() if len(places) > 1]
        if not repeated:
            return
        _share(schemas, groups[max(repeated, key=lambda text: (len(text), text))])


def _objects(owner: str, schema: Schema, name: str) -> Iterator[_Place]:
    """Every object schema below `schema` that has members enough to be a thing of its own."""
    properties = schema.get("properties")
    below: list[tuple[Schema, str, str]] = []
    if isinstance(properties, dict):
        below = [(properties, key, names.singular(key)) for key in properties]
    if "items" in schema:
        below.append((schema, "items", name))
    for holder, key, called in below:
        inner = holder[key]
        if isinstance(inner, dict):
            members = inner.get("properties")
            if inner.get("type") == "object" and isinstance(members, dict) and len(members) >= _FEWEST_MEMBERS:
                yield _Place(owner, holder, key, called)
            yield from _objects(owner, inner, called)


def _share(schemas: Schema, places: list[_Place]) -> None:
    first = places[0]
    owner = schemas[first.owner]
    assert isinstance(owner, dict)
    source = owner["x-source"]
    assert isinstance(source, dict)
    name = _free_name(schemas, first)
    note = f"It looks the same in {len(places)} places; that it is one thing, and its name, are inferred."
    schemas[name] = {**first.schema, "x-source": {"page": source["page"], "basis": "inferred", "note": note}}
    for place in places:
        place.holder[place.key] = {"$ref": f"#/components/schemas/{name}"}


def _free_name(schemas: Schema, place: _Place) -> str:
    """A class name from the member that holds it, or from the component around it."""
    vague = place.name.lower() in _EMPTY_WORDS or not place.name
    stem = place.owner.removesuffix("Response").removesuffix("Request") + "Data" if vague else place.name
    name, number = names.class_name(stem), 2
    while name in schemas:
        name, number = f"{names.class_name(stem)}{number}", number + 1
    return name
