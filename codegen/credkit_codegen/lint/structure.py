"""The document against the JSON Schema of its OpenAPI version; faults told at the place that is wrong.

The schemas are those that `openapi-spec-validator` ships (published by the OpenAPI Initiative). They describe "this or a
reference" by `oneOf` and `if`; a fault is followed to the branch that was meant, so that it names one member.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from ..primitives import JSON
from .bounds import bound_of
from .examples import json_type

COMBINATION = "expected another combination of members"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Fault:
    path: tuple[str | int, ...]
    message: str
    help: str


@cache
def _schema(version: str) -> dict[str, Any]:
    """The published schema; the package is not imported, as that costs more than the whole check."""
    spec = find_spec("openapi_spec_validator")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("openapi-spec-validator is not installed")
    path = Path(spec.submodule_search_locations[0]) / "resources" / "schemas" / f"v{version}" / "schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def _validator(version: str) -> Any:
    schema = _schema(version)
    if version == "3.0":
        return jsonschema_rs.Draft4Validator(schema, validate_formats=False)
    base = {
        "$schema": _DIALECT,
        "$id": "urn:credkit:openapi",
        "$ref": schema["$id"],
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": _DIALECT}},
    }
    registry = jsonschema_rs.Registry([(schema["$id"], schema)])
    return jsonschema_rs.Draft202012Validator(base, registry=registry, validate_formats=False)


def structure_faults(data: JSON, version: str) -> Iterator[Fault]:
    """Every place where the structure is wrong, each once."""
    validator = _validator(version)
    if validator.is_valid(data):
        return
    met: set[tuple[str | int, ...]] = set()
    deep: set[tuple[str | int, ...]] = set()
    """What encloses a fault: a member that holds one is not unknown besides, though its schema did not count it."""
    faults = [fault for error in validator.iter_errors(data) for fault in _explain(error)]
    for fault in sorted(faults, key=lambda item: item.message.startswith("expected only")):
        if fault.path not in met and not (fault.path in deep and fault.message.startswith("expected only")):
            met.add(fault.path)
            deep.update(fault.path[:length] for length in range(len(fault.path)))
            yield fault


def _explain(error: Any) -> Iterator[Fault]:
    kind = error.kind
    path = tuple(error.instance_path)
    context = getattr(kind, "context", None)
    if context:
        yield from _branch(error, context)
        return
    match kind.name:
        case "required":
            yield Fault(path, f'expected a member "{kind.property}"; it is missing', f"add `{kind.property}:`")
        case "additionalProperties" | "unevaluatedProperties":
            for name in kind.unexpected:
                message = f'expected only members that OpenAPI knows here; got "{name}"'
                yield Fault((*path, name), message, "mend the name, or begin it with `x-`")
        case "type":
            wanted = " or ".join(kind.types)
            yield Fault(path, f"expected {wanted}; got {json_type(error.instance)}", f"write {_article(wanted)}")
        case "enum":
            options = ", ".join(str(item) for item in kind.options)
            yield Fault(path, f"expected one of {options}", "write one of these")
        case "const":
            yield Fault(path, f"expected {json.dumps(kind.expected_value)}", "write this value")
        case "propertyNames":
            name = kind.error.instance
            message = f'expected another name; OpenAPI does not allow "{name}" here'
            yield Fault((*path, name), message, "see the specification for the names that may stand here")
        case "pattern":
            yield Fault(path, "expected text of another form", f"it must match {kind.pattern}")
        case "falseSchema":
            yield Fault(path, "expected nothing here; got a value", "take it out")
        case "format":
            yield Fault(path, f"expected {kind.format}; got other text", f"write a {kind.format}")
        case "not" | "oneOf" | "anyOf":
            yield Fault(path, COMBINATION, "see the specification for this object")
        case _:
            yield Fault(path, bound_of(error), "mend the value")


def _branch(error: Any, context: list[list[Any]]) -> Iterator[Fault]:
    """The faults of the branch that was meant: a reference where there is a `$ref`, else the one that got furthest."""
    path = tuple(error.instance_path)
    instance = error.instance
    branches = [[fault for inner in branch for fault in _explain(inner)] for branch in context]
    if not (isinstance(instance, dict) and "$ref" in instance):
        branches = [branch for branch in branches if not any("$ref" in fault.message for fault in branch)] or branches
    deepest = max((max((len(fault.path) for fault in branch), default=0) for branch in branches), default=0)
    if deepest > len(path) + (0 if len(branches) == 1 else 1) or len(branches) == 1:
        best = max(branches, key=lambda branch: (max((len(f.path) for f in branch), default=0), -len(branch)))
        yield from best
        return
    if branches and all(len(branch) == 1 and 'a member "' in branch[0].message for branch in branches):
        names = list(dict.fromkeys(branch[0].message.split('"')[1] for branch in branches))
        wanted = " or ".join(f'"{name}"' for name in names)
        yield Fault(path, f"expected a member {wanted}; got none of them", f"add `{names[0]}:`")
        return
    best = min(branches, key=len, default=[])
    yield from best or [Fault(path, COMBINATION, "see the specification for this object")]


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"
