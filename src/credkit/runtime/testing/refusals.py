"""What a document forbids in a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..decode import UndecodableBody, decode_body, plan_for
from ..drift import Drift
from ..findings import escape
from ..mediatypes import covers, is_json, media_type_of
from ..operation import Body, Content, Operation, Part
from ..pointers import find
from ..shapes import is_list
from .received import Received, StubPart, form_members, parts_of, query_pairs


class StubRefused(AssertionError):
    """The request is not one that the document allows.

    Attributes:
        problems: what is wrong; places in the body as JSON pointers. Values are not shown.
    """

    def __init__(self, what: str, problems: list[str]) -> None:
        super().__init__(f"{what}: the stub refuses the request\n" + "\n".join(f"  {problem}" for problem in problems))
        self.problems = problems


def problems_of(operation: Operation[Any], received: Received, arguments: Mapping[str, object]) -> list[str]:
    """Everything in a request that the document does not allow."""
    names = {parameter.api_name for parameter in operation.parameters}
    spread = any(name not in names for name, _ in query_pairs(received.target))  # perhaps an exploded object's members
    missing = [
        f"{parameter.location} parameter {parameter.api_name!r} is missing"
        for parameter in operation.parameters
        if parameter.required and parameter.name not in arguments and not (spread and parameter.location == "query")
    ]
    return missing + _body_problems(operation.body, received)


def _body_problems(body: Body | None, received: Received) -> list[str]:
    given = media_type_of(received.headers.get("content-type"))
    if body is None:
        return ["there is a body, and none is documented"] if received.content else []
    if not received.content and not given:
        return [f"there is no body; it has to be {body.media_type}"] if body.required else []
    if not covers(body.media_type, given):
        return [f"the body is {given or 'of no stated media type'}; it has to be {body.media_type}"]
    if given.startswith("multipart/"):
        return _part_problems(body, received)
    if given == "application/x-www-form-urlencoded":
        return _member_problems(body, set(form_members(received.content)))
    return _json_problems(body, received) if is_json(given) else []


def _json_problems(body: Body, received: Received) -> list[str]:
    content = Content("application/json", body.type or _anything)
    try:
        decoded = decode_body(received.content, "application/json", (content,))
    except UndecodableBody as error:
        return [str(error)]
    if not decoded.drift:
        return []
    document = decode_body(received.content, "application/json", (Content("application/json", _anything),)).value
    return [f"{drift}{length_of(find(document, drift.pointer), drift)}" for drift in decoded.drift]


def length_of(value: object, drift: Drift) -> str:
    """How long a value is that is too long or too short; "" for what is wrong in another way."""
    if " of length " not in drift.expected or not (isinstance(value, str) or is_list(value)):
        return ""
    return f" of length {len(value)}" if drift.got_type == ("string" if isinstance(value, str) else "array") else ""


def _anything() -> Any:
    return Any


def _part_problems(body: Body, received: Received) -> list[str]:
    documented = {part.api_name: part for part in body.parts}
    parts = parts_of(received)
    if parts is None:
        return ["the body is not multipart that can be read"]
    problems = [problem for part in parts for problem in _one_part(part, documented.get(part.name))]
    return problems + _member_problems(body, {part.name for part in parts})


def _one_part(part: StubPart, documented: Part | None) -> list[str]:
    if documented is None:
        return []
    where = f"/{escape(part.name)}"
    problems: list[str] = []
    allowed = documented.content_types
    if allowed and part.content_type and not any(covers(one, part.content_type) for one in allowed):
        problems.append(f"{where}: {media_type_of(part.content_type)} is not one of {', '.join(allowed)}")
    if documented.max_bytes is not None and len(part.content) > documented.max_bytes:
        problems.append(f"{where}: {len(part.content)} bytes are more than {documented.max_bytes}")
    return problems


def _member_problems(body: Body, given: set[str]) -> list[str]:
    """Required members of a form that are missing. Deep names such as `a[b]` count for `a`."""
    if body.type is None:
        return []
    names = given | {name.partition("[")[0] for name in given}
    required = plan_for(Content(body.media_type, body.type)).reader.required_members()
    return [f"/{escape(name)}: is missing" for name in required if name not in names]
