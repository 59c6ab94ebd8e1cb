"""The documented examples of a vendor, as the generator stores them in the package (`examples.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class ResponseExamples:
    """The examples of one status: values by name, the document's first one first."""

    status: str
    media_type: str
    values: Mapping[str, Any]


class Examples:
    """Examples by operation id, status and name."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    @classmethod
    def of_package(cls, package: str) -> Examples:
        """The examples that come with a generated package; none when it has no such file."""
        return cls(_load(package))

    def requests(self, operation_id: str) -> Mapping[str, Any]:
        """Request examples by name: each with `arguments` and, where there is one, `body`."""
        found: Mapping[str, Any] = self._data.get(operation_id, {}).get("request", {})
        return found

    def responses(self, operation_id: str) -> list[ResponseExamples]:
        """Response examples, success statuses first."""
        documented = self._data.get(operation_id, {}).get("responses", {})
        found = [
            ResponseExamples(status, entry.get("media_type", "application/json"), entry["examples"])
            for status, entry in documented.items()
            if entry.get("examples")
        ]
        return sorted(found, key=lambda one: (not one.status.startswith("2"), one.status))


@cache
def _load(package: str) -> Mapping[str, Any]:
    resource = files(package).joinpath("examples.json")
    if not resource.is_file():
        return {}
    data: Mapping[str, Any] = json.loads(resource.read_text(encoding="utf-8"))
    return data
