"""A vendor's document as rules: what a request and an answer may hold.

The rules are the spec's schemas without their prose (`scripts/sandbox_documents.py` writes them, a test compares them), compiled
by jsonschema-rs when they are first needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from ..runtime.mediatypes import covers, is_json, is_range, media_type_of
from ..runtime.operation import Part
from ..runtime.testing.received import StubPart
from .answers import Problem
from .call import Call

JSON = "application/json"
_ABSENT = object()


class Document:
    """The rules of one vendor, as `scripts/sandbox_documents.py` writes them."""

    def __init__(self, rules: dict[str, Any]) -> None:
        self._operations: dict[str, Any] = rules["operations"]
        self._definitions: dict[str, Any] = rules["$defs"]
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def scopes(self, operation: str) -> frozenset[str]:
        """The scopes that the document asks for."""
        return frozenset(self._operations[operation]["scopes"])

    def request_problems(self, call: Call) -> list[Problem]:
        """Everything in a request that the document does not allow."""
        rules = self._operations[call.operation.id]
        problems = list(self._parameter_problems(rules["parameters"], call))
        return problems + list(self._body_problems(rules["body"], call))

    def answer_problems(self, operation: str, status: int, media_type: str, body: object) -> list[Problem] | None:
        """Everything in an answer that the document does not allow; None where it lists no such status."""
        listed = self._listed(operation, status)
        if listed is None:
            return None
        contents = self._operations[operation]["responses"][listed]
        if body is None:
            return [Problem("body", "", "is missing")] if contents else []
        if not contents:
            return [Problem("body", "", "none is documented")]
        documented = (
            media_type if media_type in contents else next((one for one in contents if covers(one, media_type)), None)
        )
        if documented is None:
            return [Problem("body", "", f"{media_type} is not documented")]
        if not is_json(media_type):
            return []
        return list(self._check(f"{operation} {listed} {documented}", contents[documented], body, "body"))

    def _listed(self, operation: str, status: int) -> str | None:
        """The name under which the document lists a status."""
        responses = self._operations[operation]["responses"]
        return next((one for one in (str(status), f"{status // 100}XX", "default") if one in responses), None)

    def error_type(self, operation: str, status: int, body: object) -> str:
        """The media type in which an error goes out: JSON under the name that the document gives it for this status, what it
        documents instead for a text, `application/json` where it says nothing that fits."""
        listed = self._listed(operation, status)
        contents = self._operations[operation]["responses"][listed] if listed is not None else {}
        if not contents or any(covers(one, JSON) for one in contents):
            return JSON
        names = [media_type_of(one) for one in contents if not is_range(one)]
        return next(filter(is_json, names), names[0] if names and isinstance(body, str) else JSON)

    def _parameter_problems(self, rules: list[Any], call: Call) -> Iterator[Problem]:
        operation = call.operation.id
        for rule in rules:
            given = _given(rule, call)
            if given is _ABSENT:
                if rule["required"]:
                    yield Problem(rule["in"], f"/{rule['name']}", "is missing")
                continue
            typed = self._coerced(rule["schema"], given)
            for problem in self._check(f"{operation} {rule['in']} {rule['name']}", rule["schema"], typed, rule["in"]):
                yield Problem(rule["in"], f"/{rule['name']}{problem.pointer}", problem.reason)

    def _coerced(self, schema: Any, given: Any) -> object:
        """Text of a parameter as a value of the type that its schema names."""
        kind = self._type(schema)
        if kind == "array":
            items = schema.get("items", {})
            return [self._coerced(items, one) for one in given]
        text = given[-1] if isinstance(given, list) else given
        if kind in ("integer", "number"):
            try:
                return int(text)
            except ValueError:
                return text
        return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text

    def _type(self, schema: Any) -> object:
        while "$ref" in schema:
            schema = self._definitions[schema["$ref"].removeprefix("#/$defs/")]
        return schema.get("type")

    def _body_problems(self, contents: Any, call: Call) -> Iterator[Problem]:
        operation, received = call.operation, call.received
        if operation.body is None:
            return
        given = media_type_of(received.headers.get("content-type"))
        documented = next((one for one in contents or () if covers(one, given)), None)
        if documented is None or not (received.content or given):
            if received.content or operation.body.required:
                yield Problem("body", "", f"it has to be {' or '.join(contents)}, it is {given or 'missing'}")
            return
        key = f"{operation.id} body {documented}"
        if is_json(given):
            try:
                body = call.json
            except ValueError:
                yield Problem("body", "", "it is not JSON that can be read")
                return
            yield from self._check(key, contents[documented], body, "body")
        elif given.startswith("multipart/"):
            yield from self._part_problems(key, contents[documented], operation.body.parts, call)
        else:
            yield from self._check(key, contents[documented], call.form, "body")

    def _part_problems(self, key: str, schema: Any, rules: tuple[Part, ...], call: Call) -> Iterator[Problem]:
        try:
            parts = call.all_parts
        except ValueError:
            yield Problem("body", "", "it is not multipart that can be read")
            return
        documented = {part.api_name: part for part in rules}
        for part in parts:
            if part.name in documented:
                yield from _one_part(part, documented[part.name])
        values = {part.name: "" if documented.get(part.name, _PLAIN).file else _text(part) for part in parts}
        yield from self._check(key, schema, values, "body")

    def _check(self, key: str, schema: Any, value: object, where: str) -> Iterator[Problem]:
        validator = self._validators.get(key)
        if validator is None:
            whole = {"$defs": self._definitions, **schema}
            validator = self._validators[key] = jsonschema_rs.Draft202012Validator(
                whole, validate_formats=False, mask="the value"
            )
        if validator.is_valid(value):
            return
        for error in validator.iter_errors(value):
            pointer = "".join(f"/{_escape(str(segment))}" for segment in error.instance_path)
            yield Problem(where, pointer, error.message.splitlines()[0])


_PLAIN = Part("")


def _given(rule: Any, call: Call) -> Any:
    name = rule["name"]
    if rule["in"] == "path":
        return call.path.get(name, _ABSENT)
    if rule["in"] == "header":
        return call.received.headers.get(name, _ABSENT)
    return call.queries.get(name, _ABSENT)


def _one_part(part: StubPart, rule: Part) -> Iterator[Problem]:
    where = f"/{_escape(part.name)}"
    if rule.content_types and not any(covers(one, part.content_type or "") for one in rule.content_types):
        yield Problem("body", where, f"has to be one of {', '.join(rule.content_types)}")
    if rule.max_bytes is not None and len(part.content) > rule.max_bytes:
        yield Problem("body", where, f"{len(part.content)} bytes are more than {rule.max_bytes}")


def _text(part: StubPart) -> str:
    return part.content.decode("utf-8", "replace")


def _escape(segment: str) -> str:
    return segment.replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=8)
def document(name: str) -> Document:
    """The rules of a vendor; read once."""
    text = files("credkit.sandbox").joinpath(f"documents/{name}.json").read_text(encoding="utf-8")
    return Document(json.loads(text))
