"""Which examples of the document are used: those that fit their own schema. The others are left out, and noted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from .. import ir
from ..fits import Fit, fits
from ..ir import JSON, Example, MediaType, Operation, Parameter
from ..literals import nests_within
from ..mediatypes import essence, is_json
from .media import with_media
from .notes import Notes

UNFIT = "an example does not fit its schema; it is not used (`lint` tells of each)"
_FORM = "application/x-www-form-urlencoded"


def keep_fitting(operation: Operation, schemas: Mapping[str, ir.Schema], notes: Notes) -> Operation:
    """The operation with the examples that fit. What contradicts its schema would be refused where it is sent, and be read
    with drift or not at all where it is an answer."""
    kept = with_media(operation, lambda media: _media(media, schemas, notes))
    parameters = tuple(_parameter(parameter, schemas, notes) for parameter in operation.parameters)
    return replace(kept, parameters=parameters)


def _parameter(parameter: Parameter, schemas: Mapping[str, ir.Schema], notes: Notes) -> Parameter:
    kept = tuple(item for item in parameter.examples if _is_fit(item[1], parameter.type, schemas))
    if len(kept) == len(parameter.examples):
        return parameter
    notes.record(parameter.location, "", UNFIT)
    return replace(parameter, examples=kept)


def _media(media: MediaType, schemas: Mapping[str, ir.Schema], notes: Notes) -> MediaType:
    """Only of JSON and of forms does an example show the value that the schema describes; elsewhere it may be the bytes."""
    kind, type_ = essence(media.media_type), media.type
    if not media.examples or type_ is None or not (is_json(kind) or kind == _FORM):
        return media
    # A form that is written down as it is sent says nothing about its schema.
    shown = [item for item in media.examples if kind != _FORM or not isinstance(item.value, str)]
    read = [_meant(item, type_, schemas) if is_json(kind) else item for item in shown]
    kept = tuple(item for item in read if _is_fit(item.value, type_, schemas))
    if len(kept) < len(shown):
        notes.record(media.location, "", UNFIT)
    return replace(media, examples=kept)


def _meant(example: Example, type_: ir.Type, schemas: Mapping[str, ir.Schema]) -> Example:
    """JSON that is written down as text, where no text may stand, means what it says."""
    if not isinstance(example.value, str) or fits(example.value, type_, schemas):
        return example
    try:
        read: JSON = json.loads(example.value)
    except (ValueError, RecursionError):
        return example
    return replace(example, value=read)


def _is_fit(value: JSON, type_: ir.Type, schemas: Mapping[str, ir.Schema]) -> bool:
    """What is nested too deeply to be looked into is no contradiction."""
    return not nests_within(value) or fits(value, type_, schemas, Fit.LISTED)
