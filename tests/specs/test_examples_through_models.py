"""Every example of the specs, those of the vendors' pages among them, goes through the generated models and back unchanged."""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from credkit.runtime import Operation
from credkit.runtime.decode import decode_body

ROOT = Path(__file__).resolve().parents[2]
VENDORS = sorted(path.parent.name for path in ROOT.glob("specs/*/openapi.yaml"))


def operations(vendor: str) -> dict[str, Operation[Any]]:
    """The generated constants of a vendor by operation id."""
    package = f"credkit_{vendor}"
    modules = [
        importlib.import_module(f"{package}.{path.stem}")
        for path in (ROOT / "generated" / vendor / package).glob("*.py")
        if path.stem != "__init__"
    ]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Operation)]
    return {operation.id: operation for operation in found}


def documented(vendor: str) -> Iterator[tuple[str, str, str, Any]]:
    """Operation id, "request" or the status, the media type and the value, of each example on a media type of the spec."""
    document = yaml.load((ROOT / "specs" / vendor / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    for item in document["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict) or "operationId" not in operation:
                continue
            body = operation.get("requestBody", {})
            yield from examples(document, operation["operationId"], "request", body)
            for status, response in operation.get("responses", {}).items():
                yield from examples(document, operation["operationId"], str(status), response)


def examples(document: Any, operation_id: str, place: str, holder: Any) -> Iterator[tuple[str, str, str, Any]]:
    """Those of one request body or response, references followed."""
    for media_type, media in follow(document, holder).get("content", {}).items():
        if "json" in media_type:
            for example in media.get("examples", {}).values():
                yield operation_id, place, media_type, follow(document, example)["value"]


def follow(document: Any, node: Any) -> Any:
    """What a local reference points to."""
    while "$ref" in node:
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def same(actual: Any, expected: Any) -> bool:
    """Equal as JSON; date-times are the same when they are the same instant."""
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and actual.keys() == expected.keys()
            and all(same(actual[k], expected[k]) for k in expected)
        )
    if isinstance(expected, list):
        return isinstance(actual, list) and len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(expected, str) and isinstance(actual, str) and actual != expected:
        return instant(actual) == instant(expected) and not math.isnan(instant(expected))
    return type(actual) is type(expected) and bool(actual == expected)


def instant(text: str) -> float:
    """Seconds since the epoch, or NaN where the text is no date-time."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return math.nan


CASES = [(vendor, *case) for vendor in VENDORS for case in documented(vendor)]


@pytest.mark.parametrize(
    ("vendor", "operation_id", "place", "media_type", "value"),
    [pytest.param(*case, id=f"{case[0]}-{case[1]}-{case[2]}-{index}") for index, case in enumerate(CASES)],
)
def test_round_trip(vendor: str, operation_id: str, place: str, media_type: str, value: Any) -> None:
    operation = operations(vendor)[operation_id]
    content = json.dumps(value).encode()
    if place == "request":
        assert operation.body is not None
        assert operation.body.type is not None
        type_ = operation.body.type()
        parsed = TypeAdapter(type_).validate_json(content, by_alias=True, by_name=False)
    else:
        contents = operation.responses[place]
        decoded = decode_body(content, media_type, contents, unwrap=None, strict=False)
        assert decoded.drift == ()
        assert contents[0].type is not None
        type_, parsed = contents[0].type(), decoded.value
    back = json.loads(TypeAdapter(type_).dump_json(parsed, by_alias=True, exclude_unset=True))
    assert same(back, value), f"went in: {value}\ncame out: {back}"


def test_there_are_examples_of_every_vendor() -> None:
    assert {case[0] for case in CASES} == set(VENDORS)
