"""Names of operations: which resource each belongs to and what its method is called.

Every operation of the document is listed once, in order, before anything is built: nothing can be dropped later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .. import names
from ..config import Config
from ..ir import Resource
from ..resolve import Documents, Node, UnresolvedRef, ref_of
from .content import text_of
from .parameters import path_words

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_NO_RESOURCE = frozenset({"api", "apis", "rest", "public"})


@dataclass(frozen=True, slots=True, eq=False)
class PathItem:
    """A path item, with what stands beside its `$ref` in front of what the reference leads to."""

    parts: tuple[Node, ...]

    def child(self, key: str) -> Node:
        """The member `key` of the first part that has it."""
        return next((part.child(key) for part in self.parts if key in part.map), self.parts[-1].child(key))


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """One operation where it stands, in its path item."""

    method: str
    path: str
    node: Node
    item: PathItem
    operation_id: str
    named: bool
    resource: str = ""
    name: str = ""


def path_items(documents: Documents, parent: Node) -> Iterator[tuple[str, PathItem]]:
    """The path items of a mapping, references followed.

    Raises:
        UnresolvedRef: a path item leads nowhere, so that its operations cannot be known.
    """
    for key, node in parent.children():
        if not key.startswith("x-"):
            documents.follow(node)
            parts = [node]
            while (ref := ref_of(parts[-1].value)) is not None:
                parts.append(documents.target(parts[-1].document, ref, parts[-1].pointer))
            yield key, PathItem(tuple(parts))


def operations_of(documents: Documents, item: PathItem) -> Iterator[tuple[str, Node]]:
    """The operations of a path item: (METHOD, node). An operation that stands elsewhere is where its reference leads."""
    for method in METHODS:
        node = item.child(method)
        if isinstance(node.value, dict):
            yield method.upper(), _followed(documents, node)
    for method, node in item.child("additionalOperations").children():
        if isinstance(node.value, dict):
            yield method.upper(), _followed(documents, node)


def _followed(documents: Documents, node: Node) -> Node:
    """What the operation refers to, with what stands beside the reference in front; itself where that leads nowhere."""
    if ref_of(node.value) is None:
        return node
    try:
        target = documents.follow(node)
    except UnresolvedRef:
        return node
    beside = {key: value for key, value in node.map.items() if key != "$ref"}
    return Node(target.document, target.pointer, {**target.map, **beside}) if beside else target


def list_operations(documents: Documents) -> list[Listed]:
    """Every operation under `paths`, in the document's order, each with an id of its own.

    Raises:
        UnresolvedRef: a path item leads nowhere.
    """
    found: list[Listed] = []
    used: set[str] = set()
    for path, item in path_items(documents, documents.top.child("paths")):
        for method, node in operations_of(documents, item):
            given = node.map.get("operationId")
            named = isinstance(given, str) and bool(given.strip()) and given not in used
            operation_id = str(given) if named else _made_id(method, path, used)
            used.add(operation_id)
            found.append(Listed(method, path, node, item, operation_id, named))
    return found


def _made_id(method: str, path: str, used: set[str]) -> str:
    """`GET /pets/{petId}` -> `getPetsByPetId`."""
    words = [word for text in path_words(path) for word in names.words(text)]
    plain = method.lower() + "".join(word[:1].upper() + word[1:] for word in words)
    made, number = plain, 2
    while made in used:
        made, number = f"{plain}{number}", number + 1
    return made


def name_operations(listed: list[Listed], config: Config) -> list[Listed]:
    """The same operations with resource and method names that are different within each resource."""
    placed: list[Listed] = []
    for item in listed:
        given = config.operations[item.operation_id].name if item.operation_id in config.operations else None
        resource, _, name = given.rpartition(".") if given else (names.resource_name(group_of(item)), "", "")
        placed.append(_replace(item, resource, name))
    groups: dict[str, list[Listed]] = {}
    for item in placed:
        groups.setdefault(item.resource, []).append(item)
    method_names = {item.operation_id: name for members in groups.values() for item, name in _name_members(members)}
    return [_replace(item, item.resource, method_names[item.operation_id]) for item in placed]


def _replace(item: Listed, resource: str, name: str) -> Listed:
    return Listed(item.method, item.path, item.node, item.item, item.operation_id, item.named, resource, name)


def group_of(item: Listed) -> str:
    """The first tag; without one, the first fixed segment of the path that says more than `v1` or `api`."""
    tags = item.node.map.get("tags")
    if isinstance(tags, list) and tags and isinstance(tags[0], str) and tags[0].strip():
        return tags[0]
    segments = [part for part in item.path.split("/") if part and "{" not in part]
    telling = [part for part in segments if part.lower() not in _NO_RESOURCE and not _is_version(part)]
    return next(iter(telling or segments), "root")


def _is_version(segment: str) -> bool:
    return segment[:1] in "vV" and segment[1:].replace(".", "").isdigit()


def _name_members(members: list[Listed]) -> Iterator[tuple[Listed, str]]:
    """Method names of one resource. The resource's own name is left out where that leaves a name of its own, and so is what an
    id repeats of its own path and method.
    """
    short = {item.operation_id: _without_tag(item, _without_place(item)) for item in members if not item.name}
    wanted: dict[str, int] = {}
    for item in members:
        name = item.name or names.method_name(short[item.operation_id])
        wanted[name] = wanted.get(name, 0) + 1
        full = names.method_name(item.operation_id)
        if not item.name and full != name:
            wanted[full] = wanted.get(full, 0) + 1
    given = {item.operation_id: item.name for item in members if item.name}
    for item in members:
        if item.operation_id in short and short[item.operation_id] != item.operation_id:
            name = names.method_name(short[item.operation_id])
            if wanted[name] == 1:
                given[item.operation_id] = name
    unique = names.unique_names([item.operation_id for item in members], names.method_name, given=given)
    for item in members:
        yield item, unique[item.operation_id]


def _without_place(item: Listed) -> str:
    """The operationId without its own path and method at its end: `list_pets_v1_pets_get` of `GET /v1/pets` is `list_pets`.

    Frameworks make ids like that from a function's name, so only the exact text counts: every character of the path that is no
    letter or digit as `_`.
    """
    place = re.sub(r"\W", "_", item.path) + f"_{item.method.lower()}"
    rest = item.operation_id.removesuffix(place)
    return rest if names.words(rest) else item.operation_id


def _without_tag(item: Listed, text: str) -> str:
    """A name without its tag in front, where word boundaries show it: `pets_list` in `pets` is `list`."""
    words = names.words(text)
    tag = tuple(word.lower() for word in names.words(group_of(item)))
    start = tuple(word.lower() for word in words[: len(tag)])
    rest = "_".join(words[len(tag) :])
    return rest if tag and start == tag and rest and not rest[0].isdigit() else text


def build_resources(listed: list[Listed], documents: Documents, config: Config) -> tuple[Resource, ...]:
    """The resources in order of their first operation."""
    tags: dict[str, str | None] = {}
    for tag in documents.top.child("tags").items():
        name = tag.map.get("name")
        if isinstance(name, str):
            tags.setdefault(names.resource_name(name), text_of(documents, tag, "description"))
    first = {item.resource: group_of(item) for item in reversed(listed)}
    order = list(dict.fromkeys(item.resource for item in listed))
    texts = {name: name if names.resource_name(first[name]) != name else first[name] for name in order}
    modules = names.unique_names(order, names.module_name)
    classes: dict[str, str] = {}
    taken = set(names.derived_names(config.package.client))
    for name in order:
        plain = names.resource_class_name(names.spelled(texts[name]) if texts[name] in tags else texts[name])
        number, unique = 2, plain
        while not taken.isdisjoint(names.derived_names(unique)):
            unique, number = f"{plain}Resource" if number == 2 else f"{plain}{number}", number + 1
        classes[name] = unique
        taken.update(names.derived_names(unique))
    return tuple(
        Resource(
            name=name,
            class_name=classes[name],
            module=modules[name],
            description=(config.resources[name].description if name in config.resources else None) or tags.get(name),
        )
        for name in order
    )


__all__ = [
    "Listed",
    "UnresolvedRef",
    "build_resources",
    "list_operations",
    "name_operations",
    "operations_of",
    "path_items",
]
