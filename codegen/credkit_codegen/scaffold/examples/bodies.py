"""What is sent and answered: media types, examples, and the components that schemas and shared answers become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from ... import names
from ...lint.secrets import looks_secret
from ...primitives import JSON
from .curl import JSON_TYPE, Request
from .infer import infer_schema
from .page import Exchange

if TYPE_CHECKING:
    from .draft import ExamplePage

Schema = dict[str, JSON]
Seen: TypeAlias = "Sequence[tuple[ExamplePage, Exchange]]"
Shown: TypeAlias = "list[tuple[str, JSON]]"

_NO_STATUS = "The page does not print the status of the answer"


class Bodies:
    """Collects the components of a document."""

    def __init__(self) -> None:
        self.schemas: Schema = {}
        self.responses: Schema = {}

    def request(self, id_: str, source: Schema, seen: Seen) -> Schema | None:
        """The request body of an operation, or None where no example sends one."""
        by_type: dict[str, list[tuple[str, Request]]] = {}
        for page, exchange in seen:
            if exchange.request.has_body:
                by_type.setdefault(exchange.request.media_type or JSON_TYPE, []).append((page.key, exchange.request))
        if not by_type:
            return None
        content: Schema = {}
        for number, (media_type, sent) in enumerate(by_type.items()):
            name = f"{names.pascal(id_)}Request{number + 1 if number else ''}"
            files = dict.fromkeys(file for _, request in sent for file in request.files)
            content[media_type] = self._media(name, str(source["page"]), [(key, one.body) for key, one in sent], files)
        if not all(exchange.request.has_body for _, exchange in seen):
            return {"content": content}
        note = "Every example sends a body; that there has to be one is inferred."
        return {"required": True, "x-source": _source(str(source["page"]), note), "content": content}

    def answers(self, id_: str, method: str, page: str, seen: Seen) -> Schema:
        """The responses of an operation by status."""
        by_status: dict[int, Shown] = {}
        for origin, exchange in seen:
            shown = by_status.setdefault(exchange.status, [])
            if exchange.has_answer:
                shown.append((origin.key, exchange.answer))
        # A status that one page prints also holds for the pages that do not.
        successes = [status for status in by_status if 200 <= status < 300]
        if 0 in by_status and successes:
            by_status[successes[0]] += by_status.pop(0)
        found: Schema = {}
        for status, shown in sorted(by_status.items()):
            found |= self._answer(id_, method, page, status, shown)
        return found

    def _answer(self, id_: str, method: str, page: str, status: int, shown: Shown) -> Schema:
        suffix = f"Response{status}" if status >= 300 else "Response"
        response: Schema = {"description": "As the example shows it." if shown else "The page shows no answer."}
        if shown:
            response["content"] = {JSON_TYPE: self._media(f"{names.pascal(id_)}{suffix}", page, shown)}
        elif method == "GET":
            untyped: Schema = {"x-source": _source(page, "The page shows no answer; any JSON is taken.")}
            response["content"] = {JSON_TYPE: {"schema": untyped}}
        if status:
            return {str(status): response}
        if method == "GET":
            return {"200": {**response, "x-source": _source(page, f"{_NO_STATUS}; 200 is taken for a read.")}}
        if not shown:
            return {"2XX": {**response, "x-source": _source(page, f"{_NO_STATUS}, and no answer.")}}
        name = f"{names.pascal(id_)}Done"
        self.responses[name] = {**response, "x-source": _source(page, f"{_NO_STATUS}; 200 and 201 are taken alike.")}
        reference: Schema = {"$ref": f"#/components/responses/{name}"}
        return {"200": reference, "201": {**reference}}

    def _media(self, name: str, page: str, shown: Shown, files: Iterable[str] = ()) -> Schema:
        """A media type whose schema is a component; its examples are the page's, value for value."""
        schema = infer_schema([value for _, value in shown], lambda note: _source(page, note))
        uploads: Schema = {file: {"type": "string", "format": "binary"} for file in files}
        if uploads:
            own = schema.get("properties")
            schema["properties"] = {**(own if isinstance(own, dict) else {}), **uploads}
        note = "Types follow from what is shown; nothing is required, as an example does not say what may be left out."
        self.schemas[name] = {**schema, "x-source": {"page": page, "basis": "example", "note": note}}
        media: Schema = {"schema": {"$ref": f"#/components/schemas/{name}"}}
        examples = {} if uploads else _examples(shown)
        return {**media, "examples": examples} if examples else media


def _source(page: str, note: str) -> Schema:
    return {"page": page, "basis": "inferred", "note": note}


def _examples(shown: Shown) -> Schema:
    """Named examples, each value once; none that holds what looks like a real credential."""
    found: Schema = {}
    for key, value in shown:
        if any({"value": value} == one for one in found.values()) or holds_secret(value):
            continue
        name, number = key, 2
        while name in found:
            name, number = f"{key}-{number}", number + 1
        found[name] = {"value": value}
    return found


def holds_secret(value: JSON) -> bool:
    """Whether a text anywhere in a value looks like a real credential."""
    if isinstance(value, str):
        return looks_secret(value) is not None
    if isinstance(value, dict):
        return any(map(holds_secret, value.values()))
    return isinstance(value, list) and any(map(holds_secret, value))
