"""Decide what to call an operation with: one intent for each kind of value that the document yields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .decode_body import covers
from .document import Document, Operation
from .intent import RAW, Argument, BodyIntent, Intent, is_binary, kind_of, members_of, sendable, with_files
from .values import KINDS, Choice, Values

AWKWARD = "a b&c=d?e#f%g+h;ü€"


class Inexpressible(Exception):
    """The generated method has no way to say what the document allows or demands; the message says what."""


class NotJudged(Exception):
    """Nothing can be asked of this operation; the message says why."""


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """How the generated method takes its body, as `inspect` says.

    `fields`: wire names of the members that have an argument of their own; None when the body is one argument.
    """

    media_type: str
    required: bool
    fields: frozenset[str] | None


def build_intents(
    document: Document, values: Values, operation: Operation, body: BodyPlan | None
) -> tuple[Intent, ...]:
    """Intents that differ from each other, at most one of a kind. Raises NotJudged when there is none, Inexpressible when the method is to blame."""
    found: list[Intent] = []
    reasons: list[str] = []
    for kind in KINDS:
        try:
            intent = _intent(document, values, operation, body, kind)
        except NotJudged as error:
            reasons.append(str(error))
            continue
        if all((intent.arguments, intent.body) != (other.arguments, other.body) for other in found):
            found.append(intent)
    if not found:
        raise NotJudged(reasons[0])
    return tuple(found)


def _intent(document: Document, values: Values, operation: Operation, plan: BodyPlan | None, kind: str) -> Intent:
    arguments: list[Argument] = []
    notes: list[str] = []
    for node in operation.parameters:
        required = node.get("required") is True or node.get("in") == "path"
        if kind == "lean" and not required:
            continue
        value = _parameter_value(values, node, kind)
        if value is not None:
            arguments.append(Argument(node, value[0]))
        elif required:
            raise NotJudged(f"{node.get('in')} parameter {node.get('name')!r}: no value that can be sent")
        else:
            notes.append(f"parameter {node.get('name')!r} is left out: no value that can be sent")
    body = _body(document, values, operation, plan, kind) if plan is not None else None
    return Intent(kind, tuple(arguments), body, tuple(notes))


def _parameter_value(values: Values, node: Mapping[str, Any], kind: str) -> tuple[Any] | None:
    """The value of a kind, or of the next kind that can be sent; None when there is none.

    What is drawn for a parameter is the text that is hardest to encode, where a text may be anything at all.
    """
    content = node.get("content")
    media = next(iter(content.values()), {}) if isinstance(content, Mapping) else node
    media = values.document.resolve(media)
    choice = values.of_media(media, drawing=False)
    awkward = kind == "drawn" and bool(choice.values) and sendable(node, AWKWARD)
    if awkward and values.error(media.get("schema", True), AWKWARD) is None:
        return (AWKWARD,)
    for name in (kind, *KINDS):
        if name in choice.values and sendable(node, choice.values[name]):
            return (choice.values[name],)
    return None


def _body(document: Document, values: Values, operation: Operation, plan: BodyPlan, kind: str) -> BodyIntent | None:
    if kind == "lean" and not plan.required:
        return None
    content = document.content_of(operation.node.get("requestBody"))
    media = content.get(plan.media_type)
    if media is None:  # a range stands for the media type that a client chooses
        media = next((item for name, item in content.items() if "*" in name and covers(name, plan.media_type)), None)
    if media is None:
        raise NotJudged(f"the document has no request body of {plan.media_type}")
    if kind_of(plan.media_type) == "raw" and not _is_any_json(document, plan.media_type, media):
        text = plan.media_type.startswith("text/")
        return BodyIntent(plan.media_type, media, "text ü €\n" if text else RAW)
    choice = values.of_media(media)
    if not choice.values:
        raise NotJudged(f"body: {choice.reason}")
    value = _narrowed(values, media, choice, plan, kind)
    if kind_of(plan.media_type) == "multipart" and isinstance(value, dict) and not all(map(_is_part_name, value)):
        raise NotJudged("a part's name is empty or holds what no header can carry")
    if kind_of(plan.media_type) == "multipart" and not isinstance(value, dict):
        raise NotJudged("a multipart body that is no object: its parts and boundary are the caller's")
    if value == {} and not plan.required and (plan.fields is not None or kind_of(plan.media_type) == "form"):
        return None  # an optional body, and nothing in it
    if kind_of(plan.media_type) == "form" and not _has_form(value):
        raise NotJudged("body: null, empty names and nested emptiness have no form in a form")
    if kind_of(plan.media_type) == "multipart":
        value = with_files(document, media.get("schema"), value)
    return BodyIntent(plan.media_type, media, value)


def _is_part_name(name: str) -> bool:
    return bool(name) and name.isprintable() and "\\" not in name


def _has_form(value: Any, depth: int = 0) -> bool:
    """Whether every part of a value can be told again from the pairs of a form."""
    if isinstance(value, dict | list):
        names = value if isinstance(value, dict) else ()
        members = value.values() if isinstance(value, dict) else value
        return (bool(value) or depth < 2) and "" not in names and all(_has_form(item, depth + 1) for item in members)
    return value is not None


def _is_any_json(document: Document, media_type: str, media: Mapping[str, Any]) -> bool:
    schema = media.get("schema")
    return media_type.strip() in ("*/*", "application/*") and bool(schema) and not is_binary(document, schema)


def _narrowed(values: Values, media: Mapping[str, Any], choice: Choice, plan: BodyPlan, kind: str) -> Any:
    """The value of a kind without the members that cannot be sent, if it stays valid without them.

    These are members that have no argument of their own when the others have, and free members of a form: how those are
    encoded, and what they may be called, no document says.
    """
    value = choice.pick(kind)
    takers = plan.fields
    if takers is None and kind_of(plan.media_type) in ("form", "multipart"):
        takers = frozenset(members_of(values.document, media.get("schema"))) or None
    if takers is None:
        return value
    if not isinstance(value, dict):
        raise NotJudged("the body is no object, but its members are arguments")
    kept = {name: item for name, item in value.items() if name in takers}
    if plan.fields is not None:
        needed = values.required(media.get("schema", True)) | members_of(values.document, media.get("schema")).keys()
        if lost := sorted(needed & (value.keys() - kept.keys())):
            raise Inexpressible(f"no argument for the body's members {lost}")
    if len(kept) < len(value) and (error := values.error(media.get("schema", True), kept)) is not None:
        raise NotJudged(f"body: {error}")
    return kept


def documented_bodies(document: Document, operation: Operation) -> Iterator[str]:
    """The media types of an operation's request body."""
    yield from document.content_of(operation.node.get("requestBody"))
