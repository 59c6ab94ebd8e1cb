"""Which module a model lives in, so that a call loads the models that it needs and few others.

A small API has one module. A large one has a package. Its models are told apart by who uses them: those that exactly the same
resources reach belong together, cut to modules of a few. Modules never import classes from each other: they load them when a
value shows one (`credkit.runtime.later`). They do import aliases, which have modules of their own; what an alias refers to is
reached by at least the same resources and stands before it, so these modules never import each other in a circle. Aliases that
refer to each other in a circle stay together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from . import ir, names
from .references import Graph, operation_types, reached, reference_graph, references

LARGE = 150
"""From this many schemas on, models are a package."""
ENOUGH = 8
"""A module that has this many schemas gets no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Schemas of one module, in the API's order. `module` is the module's name inside of `models`, "" for the only one."""

    module: str
    schemas: tuple[ir.Schema, ...]


def group_schemas(api: ir.Api, large: int = LARGE) -> tuple[Group, ...]:
    """The modules of models, sorted by name; a single one named "" when there are fewer than `large` schemas."""
    if len(api.schemas) < large:
        return (Group(module="", schemas=api.schemas),)
    uses = reference_graph(api.schemas_by_name)
    aliases = {schema.name for schema in api.schemas if isinstance(schema, ir.AliasSchema)}
    users = _users(api, uses)
    members: defaultdict[tuple[bool, frozenset[str]], list[list[str]]] = defaultdict(list)
    for circle in components({name: uses[name] & aliases if name in aliases else uses[name] for name in uses}):
        parts = [circle] if circle[0] in aliases else [[name] for name in circle]
        members[circle[0] in aliases, frozenset(users[circle[0]])].extend(parts)
    popularity = Counter(used for own in uses.values() for used in own)
    titled: dict[str, list[str]] = {}
    for is_alias, key in sorted(members, key=lambda item: (item[0], sorted(item[1]))):
        shares = _shares(members[is_alias, key])
        for share in shares:
            title = _title(key if len(shares) == 1 and not is_alias else None, share, popularity)
            titled[title if title not in titled else f"{title} {len(titled)}"] = share
    modules = names.unique_names(titled, names.file_name, taken={"base"})
    order = {schema.name: place for place, schema in enumerate(api.schemas)}
    groups = {
        f"_{modules[title]}": tuple(api.schemas[place] for place in sorted(order[name] for name in share))
        for title, share in titled.items()
    }
    return tuple(Group(module=module, schemas=groups[module]) for module in sorted(groups))


def _shares(circles: Iterable[list[str]]) -> list[list[str]]:
    """Circles in their order, a few names in each share."""
    shares: list[list[str]] = []
    for circle in circles:
        if not shares or len(shares[-1]) + len(circle) > ENOUGH:
            shares.append([])
        shares[-1].extend(circle)
    return shares


def components(uses: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """Names that refer to each other in a circle, or one alone; each after everything that it refers to (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    is_open: set[str] = set()
    for start in uses:
        work = [(start, iter(sorted(uses[start])))] if start not in index else []
        while work:
            name, rest = work[-1]
            if name not in index:
                index[name] = low[name] = len(index)
                open_.append(name)
                is_open.add(name)
            used = next((item for item in rest if item not in index or item in is_open), None)
            if used is not None and used not in index:
                work.append((used, iter(sorted(uses[used]))))
                continue
            if used is not None:
                low[name] = min(low[name], index[used])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[name])
            if low[name] == index[name]:
                cut = open_.index(name)
                circle = open_[cut:]
                del open_[cut:]
                is_open.difference_update(circle)
                yield circle


def _users(api: ir.Api, uses: Graph) -> dict[str, set[str]]:
    """For each schema, the resources that reach it; "webhooks" counts as one."""
    roots: defaultdict[str, set[str]] = defaultdict(set)
    for operation in api.operations:
        roots[operation.resource] |= references(operation_types(operation))
    for webhook in api.webhooks:
        roots["webhooks"] |= references([webhook.type] if webhook.type is not None else [])
    users: dict[str, set[str]] = {name: set() for name in uses}
    for resource, own in roots.items():
        for name in reached(own, uses):
            users[name].add(resource)
    return users


def _title(users: frozenset[str] | None, share: Iterable[str], popularity: Mapping[str, int]) -> str:
    """A resource's own models are called after it; shared ones, and one share of many, after the model that most refer to."""
    if users is not None and not users:
        return "unused"
    if users is not None and len(users) == 1:
        return next(iter(users))
    return min(share, key=lambda name: (-popularity[name], name))
