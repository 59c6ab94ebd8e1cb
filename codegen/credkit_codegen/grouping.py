"""Which module a model lives in, so that a call loads the models that it needs and few others.

A small API has one module. A large one has a package whose modules are found by who uses their models: models that exactly the
same resources reach share a module. What a model refers to is reached by at least the same resources, so modules never import
each other in a circle, and schemas that refer to each other stay together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import ir, names
from .builder.finish import operation_types, references, schema_types

LARGE = 150
"""From this many schemas on, models are a package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Schemas of one module, in the API's order. `module` is the module's name inside of `models`, "" for the only one."""

    module: str
    schemas: tuple[ir.Schema, ...]


def group_schemas(api: ir.Api, large: int = LARGE) -> tuple[Group, ...]:
    """The modules of models, sorted by name; a single one named "" when there are fewer than `large` schemas."""
    if len(api.schemas) < large:
        return (Group(module="", schemas=api.schemas),)
    uses = {schema.name: references(schema_types(schema)) for schema in api.schemas}
    users = _users(api, uses)
    members: defaultdict[frozenset[str], list[ir.Schema]] = defaultdict(list)
    for schema in api.schemas:
        members[frozenset(users[schema.name])].append(schema)
    popularity = Counter(used for own in uses.values() for used in own)
    wanted = {key: _title(key, schemas, popularity) for key, schemas in members.items()}
    modules = names.unique_names(sorted(set(wanted.values())), names.file_name, taken={"base"})
    groups: dict[str, list[ir.Schema]] = {}
    for key, schemas in members.items():
        groups.setdefault(f"_{modules[wanted[key]]}", []).extend(schemas)
    return tuple(Group(module=module, schemas=tuple(groups[module])) for module in sorted(groups))


def _users(api: ir.Api, uses: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """For each schema, the resources that reach it; "webhooks" counts as one."""
    roots: defaultdict[str, set[str]] = defaultdict(set)
    for operation in api.operations:
        roots[operation.resource] |= references(operation_types(operation))
    for webhook in api.webhooks:
        roots["webhooks"] |= references([webhook.type] if webhook.type is not None else [])
    users: dict[str, set[str]] = {name: set() for name in uses}
    for resource, own in roots.items():
        for name in _reached(own, uses):
            users[name].add(resource)
    return users


def _reached(start: Iterable[str], uses: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(uses[name])
    return found


def _title(users: frozenset[str], schemas: Iterable[ir.Schema], popularity: Mapping[str, int]) -> str:
    """A resource's own models are called after it; shared ones after the one that most others refer to."""
    if not users:
        return "unused"
    if len(users) == 1:
        return next(iter(users))
    return min((schema.name for schema in schemas), key=lambda name: (-popularity[name], name))
