"""Which module a model lives in, so that a call loads the models that it needs and few others.

A small API has one module. A large one has a package. Its models are told apart by who uses them: those that exactly the same
resources reach belong together. What a model refers to is reached by at least the same resources, so these sets never import each
other in a circle. A set is then cut to modules of a few models, what is referred to before what refers to it, so that one
call does not load a hundred classes for the sake of one; schemas that refer to each other in a circle stay together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from . import ir, names
from .builder.finish import operation_types, references, schema_types

LARGE = 150
"""From this many schemas on, models are a package."""
ENOUGH = 8
"""A module that has this many schemas gets no more."""
LITTLE = 5
"""Binary digits of a number of schemas that may be loaded for the sake of one: up to 31."""


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
    members: defaultdict[frozenset[str], list[list[str]]] = defaultdict(list)
    weights = _weights(uses)
    for circle in components(uses):
        members[frozenset(users[circle[0]])].append(circle)
    popularity = Counter(used for own in uses.values() for used in own)
    titled: dict[str, list[str]] = {}
    for key in sorted(members, key=sorted):
        shares = _shares(members[key], weights)
        for share in shares:
            title = _title(key if len(shares) == 1 else None, share, popularity)
            titled[title if title not in titled else f"{title} {len(titled)}"] = share
    modules = names.unique_names(titled, names.file_name, taken={"base"})
    order = {schema.name: place for place, schema in enumerate(api.schemas)}
    groups = {
        f"_{modules[title]}": tuple(api.schemas[place] for place in sorted(order[name] for name in share))
        for title, share in titled.items()
    }
    return tuple(Group(module=module, schemas=groups[module]) for module in sorted(groups))


def _weights(uses: Mapping[str, set[str]]) -> dict[str, int]:
    """How many schemas each brings with it, itself among them, as the number of binary digits of that count."""
    bits = {name: 1 << place for place, name in enumerate(uses)}
    reached: dict[str, int] = {}
    for circle in components(uses):
        mask = 0
        for name in circle:
            mask |= bits[name]
            for used in uses[name]:
                mask |= reached.get(used, 0)
        reached |= dict.fromkeys(circle, mask)
    return {name: mask.bit_count().bit_length() for name, mask in reached.items()}


def _shares(circles: Sequence[list[str]], weights: Mapping[str, int]) -> list[list[str]]:
    """Circles in their order, all in one share where they are few and bring little with them. Else in one share are a few that
    bring about as much: what a schema refers to never brings more than it does itself."""
    every = [name for circle in circles for name in circle]
    if len(every) <= ENOUGH and max(weights[name] for name in every) <= LITTLE:
        return [every]
    shares: dict[int, list[list[str]]] = {}
    for circle in circles:
        own = shares.setdefault(weights[circle[0]], [])
        if not own or len(own[-1]) + len(circle) > ENOUGH:
            own.append([])
        own[-1].extend(circle)
    return [share for own in shares.values() for share in own]


def components(uses: Mapping[str, set[str]]) -> Iterator[list[str]]:
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


def _title(users: frozenset[str] | None, share: Iterable[str], popularity: Mapping[str, int]) -> str:
    """A resource's own models are called after it; shared ones, and one share of many, after the model that most refer to."""
    if users is not None and not users:
        return "unused"
    if users is not None and len(users) == 1:
        return next(iter(users))
    return min(share, key=lambda name: (-popularity[name], name))
