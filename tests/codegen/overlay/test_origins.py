"""Whatever actions are carried out: the value at every place of the result is the one at the place where it was written."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit_codegen.diagnostics import SpecError
from credkit_codegen.load import Document, load_document
from credkit_codegen.overlay import overlaid

KEYS = ["a", "b", "c", "~/x", "it's", "0"]
At = tuple[str | int, ...]


def value(draw: random.Random, depth: int = 0) -> Any:
    kind = (
        draw.choice(["text", "number", "null", "map", "map", "list"]) if depth < 3 else draw.choice(["text", "number"])
    )
    if kind == "map":
        return {draw.choice(KEYS): value(draw, depth + 1) for _ in range(draw.randrange(4))}
    if kind == "list":
        return [value(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {"text": f"t{draw.randrange(1000)}", "number": draw.randrange(1000), "null": None}[kind]


def nodes(data: Any, at: At = ()) -> list[tuple[At, Any]]:
    """Every value with its path, the whole first."""
    found = [(at, data)]
    if isinstance(data, dict | list):
        for key, item in data.items() if isinstance(data, dict) else enumerate(data):
            found += nodes(item, (*at, key))
    return found


def jsonpath(at: At) -> str:
    quoted = (str(key).replace("\\", "\\\\").replace("'", "\\'") if isinstance(key, str) else "" for key in at)
    return "$" + "".join(
        f"['{text}']" if isinstance(key, str) else f"[{key}]" for key, text in zip(at, quoted, strict=True)
    )


def pointer(at: At) -> str:
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in at)


def action(draw: random.Random, data: Any) -> dict[str, Any]:
    at, _ = draw.choice(nodes(data))
    made: dict[str, Any] = {"target": jsonpath(at), "description": "d"}
    verb = draw.choice(["update", "update", "remove", "copy"]) if at else "update"
    if verb == "copy":
        return {**made, "copy": jsonpath(draw.choice(nodes(data))[0])}
    return {**made, verb: True if verb == "remove" else value(draw)}


def apply(folder: Path, base: Document, actions: list[dict[str, Any]]) -> Document:
    overlay = {"overlay": "1.1.0", "info": {"title": "t", "version": "1"}, "actions": actions}
    (folder / "overlay.json").write_text(json.dumps(overlay))
    return overlaid(base, [folder / "overlay.json"])


@settings(max_examples=150)
@given(st.integers(0, 2**32 - 1))
def test_every_place_leads_to_where_it_was_written(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    draw, folder = random.Random(seed), tmp_path_factory.mktemp("overlay")
    (folder / "openapi.json").write_text(json.dumps({"openapi": "3.1.0", **{key: value(draw) for key in KEYS[:3]}}))
    base = load_document(folder / "openapi.json")
    before = json.dumps(base.data)
    actions: list[dict[str, Any]] = []
    found = base
    for _ in range(6):
        wanted = [*actions, action(draw, found.data)]
        try:
            found, actions = apply(folder, base, wanted), wanted
        except SpecError:
            continue
    if not actions:
        return
    found = apply(folder, base, actions)
    assert json.dumps(base.data) == before
    for at, expected in nodes(found.data):
        ((document, own),) = ((file, pointers[pointer(at)]) for file, pointers in found.written([pointer(at)]).items())
        if re.match(r"/actions/\d+/copy(/|$)", own):
            continue  # all that was copied stands where the overlay says "copy"
        written = {pointer(place): one for place, one in nodes(document.data)}
        assert own in written, f"{pointer(at)} is said to stand at {document.file}{own}"
        if not isinstance(expected, dict | list):
            assert written[own] == expected, pointer(at)
