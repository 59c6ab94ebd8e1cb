"""Names stay: whatever is inserted or reordered elsewhere, and with the names lock even where names compete."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.ir import Api
from credkit_codegen.nameslock import NamesLock

from .support import Build, document, fields

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
INLINE: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}},
}


def source() -> dict[str, Any]:
    schemas = {
        "Batch": {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": INLINE},
                "mode": {"anyOf": [{"type": "string"}, INLINE]},
            },
        },
        "Run": {"oneOf": [{**INLINE, "title": "First"}, {"type": "object", "properties": {"c": INLINE}}]},
        "Last": {"allOf": [{"$ref": "#/components/schemas/Batch"}, {"type": "object", "properties": {"more": INLINE}}]},
    }
    ok = {"200": {"description": "", "content": {"application/json": {"schema": INLINE}}}}
    paths = {
        f"/p{n}": {
            "post": {
                "operationId": f"do{n}",
                "tags": [f"t{n % 2}"],
                "requestBody": {"content": {"application/json": {"schema": INLINE}}},
                "responses": ok,
            }
        }
        for n in range(4)
    }
    return document(schemas=schemas, paths=paths)


def names(api: Api) -> dict[str, str]:
    """Where things stand -> what they are called."""
    found = dict(api.names_lock)
    found.update({f"schema {item.api_name}": item.name for item in api.schemas if item.api_name})
    found.update({f"{item.method} {item.path}": f"{item.resource}.{item.name}" for item in api.operations})
    return found


def shuffled(value: Any, rng: random.Random) -> Any:
    """The same document with the members of paths, schemas and properties in another order."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(item, rng) for item in value] if isinstance(value, list) else value


def test_reordering_renames_nothing(build: Build) -> None:
    before = names(build(source()))
    for seed in range(10):
        assert names(build(shuffled(source(), random.Random(seed)))) == before


def test_inserting_elsewhere_renames_nothing(build: Build) -> None:
    before = names(build(source()))
    changed = source()
    changed["components"]["schemas"] = {
        "Aaa": {"type": "object", "properties": {"x": INLINE}},
        **changed["components"]["schemas"],
    }
    changed["components"]["schemas"]["Run"]["oneOf"].insert(
        0, {"type": "object", "properties": {"new": {"type": "string"}}}
    )
    changed["paths"] = {"/first": {"get": {"operationId": "first", "responses": {}}}, **changed["paths"]}
    after = names(build(changed))
    assert {key: after.get(key) for key in before} == before


def test_the_lock_keeps_names_that_others_would_take(build: Build) -> None:
    owner = {"type": "object", "properties": {"owner": {"type": "object", "properties": {"a": {"type": "string"}}}}}
    first = build(document(schemas={"House": owner, "HouseO": {"type": "object", "properties": {}}}))
    assert fields(first, "House") == {"owner": "HouseOwner"}
    # A component that comes later wants a name that an inline schema has: the component must have it, the inline one moves.
    second_source = document(
        schemas={"House": owner, "HouseOwner": {"type": "object", "properties": {"z": {"type": "string"}}}}
    )
    second = build(second_source, lock=NamesLock.of(first.names_lock))
    assert fields(second, "House") == {"owner": "HouseOwnerObject"}
    # Once moved it stays moved, although the name is free again.
    third = build(document(schemas={"House": owner}), lock=NamesLock.of(second.names_lock))
    assert fields(third, "House") == {"owner": "HouseOwnerObject"}


def test_lock_entries_of_the_past_do_not_come_back(build: Build) -> None:
    lock = NamesLock.of([("#/components/schemas/Gone/properties/x", "GoneX")])
    api = build(document(schemas={"A": {"type": "object", "properties": {"x": INLINE}}}), lock=lock)
    assert [key for key, _ in api.names_lock] == [
        "#/components/schemas/A/properties/x",
        "#/components/schemas/A/properties/x/properties/a",
    ]
    assert list(api.names_lock) == sorted(api.names_lock)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("name", ["museum31.yaml", "resend.yaml", "pinecone-control.yaml", "cafe.yaml"])
def test_shuffled_corpus_documents_keep_their_names(build: Build, name: str) -> None:
    data = yaml.load((CORPUS / name).read_text(), Loader=yaml.CBaseLoader)
    before = names(build(yaml.dump(data, Dumper=yaml.CSafeDumper)))
    parts = copy.deepcopy(data)
    for section in (parts["paths"], parts["components"].get("schemas", {})):
        items = list(section.items())
        random.Random(1).shuffle(items)
        section.clear()
        section.update(items)
    assert names(build(yaml.dump(parts, Dumper=yaml.CSafeDumper, sort_keys=False))) == before
