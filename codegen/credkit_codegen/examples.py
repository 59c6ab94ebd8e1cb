"""Calls and answers of every operation: what the document shows, and something plain where it shows nothing.

One source for `examples.json` (which the stub answers with), for the generated tests and for the README.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from . import ir
from .config import BodyMode, Config
from .files import GeneratedFile
from .fits import fits
from .ir import JSON
from .literals import nests_within
from .mediatypes import essence, is_json
from .methods import Argument, ArgumentKind, Method
from .samples import NoSample, sample, says_something
from .typeops import object_schema

MADE_UP = "made-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCall:
    """One way to call an operation: arguments with their values as JSON. `name` is the example's in the document."""

    name: str
    is_documented: bool
    arguments: tuple[tuple[Argument, JSON], ...]
    has_body: bool
    body: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleAnswer:
    """One answer of an operation."""

    status: str
    media_type: str
    name: str
    is_documented: bool
    value: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationExamples:
    """Empty `calls`: the arguments that an operation needs have no finite value."""

    method: Method
    calls: tuple[ExampleCall, ...]
    answers: tuple[ExampleAnswer, ...]


def build_examples(methods: Sequence[Method], api: ir.Api) -> tuple[OperationExamples, ...]:
    """For each method, in order."""
    schemas = api.schemas_by_name
    return tuple(
        OperationExamples(method=method, calls=tuple(_calls(method, schemas)), answers=tuple(_answers(method, schemas)))
        for method in methods
    )


# --- calls -----------------------------------------------------------------------------------------------------------


def _calls(method: Method, schemas: Mapping[str, ir.Schema]) -> Iterator[ExampleCall]:
    try:
        parameters = tuple(_parameters(method, schemas))
        bodies = tuple(_bodies(method, schemas))
    except NoSample:
        return
    shown = any(parameter.examples for parameter in method.parameters)
    if not bodies and method.operation.variant_of is not None:
        return  # without its body it is the operation that it is a variant of
    if not bodies:
        yield ExampleCall(
            name="example" if shown else MADE_UP, is_documented=shown, arguments=parameters, has_body=False, body=None
        )
    for name, body, documented in bodies:
        given = _body_arguments(method, body)
        if given is not None:
            yield ExampleCall(
                name=name, is_documented=documented, arguments=(*parameters, *given), has_body=True, body=body
            )


def _parameters(method: Method, schemas: Mapping[str, ir.Schema]) -> Iterator[tuple[Argument, JSON]]:
    """What every call is given: parameters that the document shows a value for, and those that are required."""
    parameters = {parameter.name: parameter for parameter in method.parameters}
    for argument in method.arguments:
        if argument.kind not in (ArgumentKind.PATH, ArgumentKind.PARAMETER):
            continue
        parameter = parameters[argument.name]
        shown = [value for _, value in parameter.examples if nests_within(value) and _has_form(value, parameter)]
        if shown:
            yield argument, shown[0]
        elif argument.required:
            value = sample(argument.type, schemas)
            yield argument, value if _has_form(value, parameter) else sample(argument.type, schemas, filled=True)


def _has_form(value: JSON, parameter: ir.Parameter) -> bool:
    """Whether the value can be written as text at its place."""
    if parameter.content is not None:
        return True
    moves = parameter.location_in is ir.ParameterLocation.PATH and value in ("", ".", "..")
    return says_something(value) and not moves


def _bodies(method: Method, schemas: Mapping[str, ir.Schema]) -> Iterator[tuple[str, JSON, bool]]:
    """Bodies with their name and whether the document shows them; files have no JSON and are made up."""
    body = method.body
    if body is None:
        return
    kind = essence(body.media.media_type)
    is_form = kind == "application/x-www-form-urlencoded"
    examples = body.media.examples if is_json(kind) or is_form else ()
    # An optional body with nothing in it is not sent.
    usable = [
        item
        for item in examples
        if (body.required or item.value)
        and nests_within(item.value)
        and fits(item.value, body.type, schemas)
        and not (is_form and _loses_members(item.value, body.type, schemas))
    ]
    if usable:
        yield from ((item.name, item.value, True) for item in usable)
    elif body.required:
        value = sample(body.type, schemas)
        lost = is_form and _loses_members(value, body.type, schemas)
        yield MADE_UP, sample(body.type, schemas, filled=True) if lost else value, False


def _loses_members(value: JSON, type_: ir.Type, schemas: Mapping[str, ir.Schema]) -> bool:
    """Whether a member that is required leaves nothing in a form: null and what is empty have no form there."""
    schema = object_schema(type_, schemas)
    if schema is None or not isinstance(value, dict):
        return False
    required = {prop.api_name for prop in schema.properties if prop.required}
    return any(key in required and not says_something(item) for key, item in value.items())


def _body_arguments(method: Method, body: JSON) -> tuple[tuple[Argument, JSON], ...] | None:
    """The arguments that give `body`; None where the method cannot say it (members that the document does not list)."""
    own = [item for item in method.arguments if item.kind in (ArgumentKind.FIELD, ArgumentKind.BODY)]
    if method.body is None or method.body.mode is BodyMode.ARGUMENT:
        return tuple((item, body) for item in own)
    if not isinstance(body, dict):
        return None
    by_wire = {item.api_name: item for item in own}
    required = {item.api_name for item in own if item.required}
    if not required <= body.keys() <= by_wire.keys():
        return None
    return tuple((item, body[item.api_name]) for item in own if item.api_name in body)


# --- answers ---------------------------------------------------------------------------------------------------------


def _answers(method: Method, schemas: Mapping[str, ir.Schema]) -> Iterator[ExampleAnswer]:
    """For each status those of one media type, the first that has any: a stub answers a status in one way."""
    for response in method.operation.responses:
        shown = (tuple(_answers_of(response.status, media, schemas)) for media in response.content)
        yield from next((answers for answers in shown if answers), ())


def _answers_of(status: str, media: ir.MediaType, schemas: Mapping[str, ir.Schema]) -> Iterator[ExampleAnswer]:
    kind = essence(media.media_type)
    if not is_json(kind) and not kind.startswith("text/"):
        return
    for example in media.examples:
        yield ExampleAnswer(
            status=status,
            media_type=media.media_type,
            name=example.name,
            is_documented=True,
            value=example.value,
        )
    if not media.examples and is_json(kind) and media.type is not None:
        try:
            value = sample(media.type, schemas)
        except NoSample:
            return
        yield ExampleAnswer(status=status, media_type=media.media_type, name=MADE_UP, is_documented=False, value=value)


def render_examples(examples: Sequence[OperationExamples], config: Config) -> GeneratedFile:
    """`examples.json`, by operationId."""
    data = {item.method.operation.operation_id: _as_json(item) for item in examples}
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    return GeneratedFile(PurePosixPath(config.package.name) / "examples.json", _SEPARATORS.sub(_escaped, text) + "\n")


_SEPARATORS = re.compile("[\x80-\x9f\u2028\u2029\ud800-\udfff]")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _as_json(item: OperationExamples) -> dict[str, JSON]:
    requests: dict[str, JSON] = {}
    for call in item.calls:
        arguments = {
            argument.name: value
            for argument, value in call.arguments
            if argument.kind in (ArgumentKind.PATH, ArgumentKind.PARAMETER)
        }
        requests[call.name] = {"arguments": arguments, **({"body": call.body} if call.has_body else {})}
    responses: dict[str, JSON] = {}
    for status in dict.fromkeys(answer.status for answer in item.answers):
        own = [answer for answer in item.answers if answer.status == status]
        shown: dict[str, JSON] = {answer.name: answer.value for answer in own}
        responses[status] = {"media_type": own[0].media_type, "examples": shown}
    return {"request": requests, "responses": responses}
