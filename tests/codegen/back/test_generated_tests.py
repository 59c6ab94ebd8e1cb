"""Generated tests pass as they come, whatever the examples of the document are worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .test_hostile_names import generated, run_tests

OWNER = {
    "type": "object",
    "required": ["Name"],
    "properties": {"Name": {"type": "string"}, "Kind": {"type": "string", "enum": ["cat", "dog"]}},
}
LOOSE = {"type": "object", "properties": {"Note": {"type": "string"}}}
FORM = {"type": "object", "required": ["features"], "properties": {"features": LOOSE, "more": {"type": "string"}}}


def content(schema: Any, media_type: str = "application/json", **shown: Any) -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema, **shown}}}


def operation(name: str, answer: Any, **more: Any) -> dict[str, Any]:
    responses = {"200": {"description": "Done.", **answer}, "404": {"description": "None."}}
    return {"operationId": name, "tags": ["things"], "responses": responses, **more}


def body(*args: Any, **shown: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, **content(*args, **shown)}}


def test_examples_that_contradict_their_schemas_make_no_test_that_fails(tmp_path: Path) -> None:
    good, unlisted = {"Name": "Ann"}, {"Name": "Ann", "Kind": "cow"}
    several = {"a": {"value": [good]}, "b": {"value": unlisted}, "c": {"value": good}}
    paths = {
        "/array-for-object": {"get": operation("a", content(OWNER, example=[good]))},
        "/object-for-array": {"get": operation("b", content({"type": "array", "items": OWNER}, example=good))},
        "/some-fit": {"post": operation("c", content(OWNER, examples=several), **body(OWNER, examples=several))},
        "/called-as-python-does": {
            "post": operation("d", content(OWNER), **body({"type": "array", "items": LOOSE}, example=[{"note": "x"}]))
        },
        "/empty-in-a-form": {"post": operation("e", content(OWNER), **body(FORM, "application/x-www-form-urlencoded"))},
        "/empty-in-a-query": {
            "get": operation(
                "f",
                content(OWNER),
                parameters=[
                    {"name": "filter", "in": "query", "required": True, "style": "deepObject", "schema": LOOSE}
                ],
            )
        },
        "/null-in-a-query": {
            "get": operation(
                "g",
                content(OWNER),
                parameters=[{"name": "only", "in": "query", "required": True, "schema": {"type": "null"}}],
            )
        },
    }
    files = generated(tmp_path, paths)
    told = json.loads(files["credkit_odd/examples.json"].text)
    assert list(told["c"]["request"]) == ["c"]
    assert told["c"]["responses"]["200"]["examples"] == {"c": good}
    assert list(told["a"]["responses"]["200"]["examples"]) == ["made-up"]
    assert [name for name in told if not told[name]["request"]] == ["g"]
    run_tests(tmp_path)
