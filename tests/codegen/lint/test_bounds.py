"""A broken bound is told with what it demands and how much there is, and never with the value."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from credkit_codegen.lint.bounds import bound_of
from credkit_codegen.lint.structure import structure_faults


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"minProperties": 2}, {"a": 1}, "expected at least 2 members (minProperties); got 1"),
        ({"maxItems": 1}, [1, 2], "expected at most 1 item (maxItems); got 2"),
        ({"maxLength": 3}, "secret", "expected at most 3 characters (maxLength); got 6"),
        ({"minimum": 1}, 0, "expected at least 1 (minimum); got less"),
        ({"exclusiveMaximum": 1.5}, 1.5, "expected less than 1.5 (exclusiveMaximum); got that or more"),
        ({"multipleOf": 5}, 7, "expected a multiple of 5 (multipleOf); got another number"),
        ({"uniqueItems": True}, ["s", "s"], "expected items that differ (uniqueItems); got two that are equal"),
    ],
)
def test_a_bound_is_told_in_words(schema: dict[str, Any], value: Any, message: str) -> None:
    (error,) = jsonschema_rs.Draft202012Validator(schema).iter_errors(value)
    assert bound_of(error) == message


def test_a_document_that_breaks_a_bound() -> None:
    server = {"url": "https://x.dev/{a}", "variables": {"a": {"default": "b", "enum": []}}}
    document: Any = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "servers": [server], "paths": {}}
    (fault,) = structure_faults(document, "3.1")
    assert fault.path == ("servers", 0, "variables", "a", "enum")
    assert fault.message == "expected at least 1 item (minItems); got 0"
