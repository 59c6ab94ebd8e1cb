"""Words of the wire in a document's texts, as Python calls them: `getBatch` -> `client.batches.get`, `offerUri` -> `offer_uri`.

Only what stands in backticks, and only where it is certain what is meant: the word is the id of an operation, or the name of a member
or parameter that the text's own operation or schema reaches; it is nothing else anywhere in the API; Python has one name for it; and
no plain word looks like it. In a published document the name of a member may also be what a filter or a list of fields is written
with, on the wire; so names of members are taken only from texts that are written by our conventions, as `x-source` tells.
Between two backticks on either side a word stays as it is, and comes out between single ones, which mean the same in Markdown.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias, TypeVar

from . import ir
from .config import Config
from .names import words
from .references import closure, operation_types, references, schema_types, types_in

# A name alone, or with a value as JSON has it: `isValid: true`.
_SPAN = re.compile(
    r"""(?<!`)(`{1,2})([A-Za-z][A-Za-z0-9_]*)(: (?:true|false|null|-?\d+(?:\.\d+)?|"[^"`\n]*"))?\1(?!`)"""
)

Subject: TypeAlias = "ir.Operation | ir.Schema | None"
Told = TypeVar("Told", ir.Parameter, ir.Property, ir.RequestBody, ir.Response, ir.Resource)


def in_python(api: ir.Api, config: Config) -> ir.Api:
    """The API with its texts in the words of Python."""
    wording = _Wording(api, config)
    return replace(
        api,
        description=wording.said(api.description, None),
        resources=tuple(wording.told(item, None) for item in api.resources),
        operations=tuple(map(wording.operation, api.operations)),
        schemas=tuple(map(wording.schema, api.schemas)),
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a text can speak about: schemas, and parameters by their names on the wire. `doubtful` are parameters that share their
    name with a member of the body: one of the two has another name as an argument."""

    schemas: set[str]
    parameters: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()


class _Wording:
    """Everything is looked up when a text first asks for it: most texts have no word of the wire."""

    def __init__(self, api: ir.Api, config: Config) -> None:
        self.api = api
        self.config = config
        self._reaches: dict[str, _Reach] = {}
        self._targets: dict[str, set[str]] = {}

    # --- texts -----------------------------------------------------------------------------------------------------

    def said(self, text: str | None, subject: Subject) -> str | None:
        """A text of an operation, of a schema or of neither in the words of Python."""
        if text is None or "`" not in text:
            return text
        return _SPAN.sub(lambda found: self._span(found, subject), text)

    def told(self, item: Told, subject: Subject) -> Told:
        text = self.said(item.description, subject)
        return item if text == item.description else replace(item, description=text)

    def operation(self, operation: ir.Operation) -> ir.Operation:
        body = operation.body
        parts = (*operation.parameters, *operation.responses, *((body,) if body is not None else ()))
        if not _has_words([operation.summary, operation.description, *(item.description for item in parts)]):
            return operation
        texts = self.said(operation.summary, operation), self.said(operation.description, operation)
        parameters = tuple(self.told(item, operation) for item in operation.parameters)
        responses = tuple(self.told(item, operation) for item in operation.responses)
        told = self.told(body, operation) if body is not None else None
        if (*texts, parameters, responses, told) == (
            operation.summary, operation.description, operation.parameters, operation.responses, body
        ):  # fmt: skip
            return operation
        summary, description = texts
        return replace(
            operation, summary=summary, description=description, parameters=parameters, responses=responses, body=told
        )

    def schema(self, schema: ir.Schema) -> ir.Schema:
        properties = schema.properties if isinstance(schema, ir.ObjectSchema) else ()
        if not _has_words([schema.description, *[item.description for item in properties]]):
            return schema
        text = self.said(schema.description, schema)
        if isinstance(schema, ir.AliasSchema):
            return schema if text == schema.description else replace(schema, description=text)
        told = tuple(self.told(item, schema) for item in properties)
        is_same = text == schema.description and all(map(operator.is_, told, properties))
        return schema if is_same else replace(schema, description=text, properties=told)

    # --- words -----------------------------------------------------------------------------------------------------

    def _span(self, found: re.Match[str], subject: Subject) -> str:
        word, value = found[2], found[3] or ""
        if found[1] == "``":
            return f"`{word}{value}`"
        method, member = self._methods.get(word), self._members.get(word)
        if method is not None and not value:
            known = word not in self._members
        else:
            known = method is None and member not in (None, word) and self._is_meant(word, subject)
        if not known or len(words(word)) < 2 or word in self._values:
            return found[0]
        return f"`{method or member}{value}`"

    def _is_meant(self, word: str, subject: Subject) -> bool:
        """Whether a text means the member or parameter of that name."""
        if subject is None or subject.source is None or self.config.overlays:
            return False
        key = subject.operation_id if isinstance(subject, ir.Operation) else f"#{subject.name}"
        reach = self._reaches.get(key)
        if reach is None:
            if isinstance(subject, ir.Operation):
                reach = self._of_operation(subject)
            else:
                reach = _Reach(closure([subject.name], self._used_by))
            self._reaches[key] = reach
        if word in reach.doubtful:
            return False
        return word in reach.parameters or not self._owners[word].isdisjoint(reach.schemas)

    def _used_by(self, name: str) -> set[str]:
        """The schemas that one refers to; what no text asks for is not looked through."""
        found = self._targets.get(name)
        if found is None:
            found = self._targets[name] = references(schema_types(self._schemas[name]))
        return found

    def _of_operation(self, operation: ir.Operation) -> _Reach:
        parameters = frozenset(item.api_name for item in operation.parameters)
        schemas = closure(references(operation_types(operation)), self._used_by)
        fields: set[str] = set()
        for media in operation.body.content if operation.body is not None else ():
            body = self._schemas.get(media.type.name) if isinstance(media.type, ir.Named) else None
            if isinstance(body, ir.ObjectSchema):
                fields.update(item.api_name for item in body.properties)
        return _Reach(schemas, parameters, parameters & fields)

    # --- what there is ---------------------------------------------------------------------------------------------

    @cached_property
    def _schemas(self) -> Mapping[str, ir.Schema]:
        return self.api.schemas_by_name

    @cached_property
    def _methods(self) -> Mapping[str, str]:
        """By operationId, where the document gives one."""
        return {item.operation_id: f"client.{item.resource}.{item.name}" for item in self.api.operations if item.named}

    @cached_property
    def _members(self) -> Mapping[str, str | None]:
        """Names of members and parameters on the wire -> in Python; None where Python has several."""
        found: dict[str, str | None] = {}
        for wire, python in self._pairs():
            if found.setdefault(wire, python) != python:
                found[wire] = None
        return found

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for schema in self.api.schemas:
            if isinstance(schema, ir.ObjectSchema):
                for prop in schema.properties:
                    yield prop.api_name, prop.name
        for operation in self.api.operations:
            for parameter in operation.parameters:
                yield parameter.api_name, parameter.name
        for options in self.config.operations.values():
            yield from options.arguments.items()

    @cached_property
    def _owners(self) -> Mapping[str, set[str]]:
        """The schemas that have a member, by its name on the wire."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for schema in self.api.schemas:
            if isinstance(schema, ir.ObjectSchema):
                for prop in schema.properties:
                    found[prop.api_name].add(schema.name)
        return found

    @cached_property
    def _values(self) -> frozenset[str]:
        """What else a word can be: a value of an enumeration or of a tag, the name of a schema."""
        found = {name for schema in self.api.schemas for name in (schema.name, schema.api_name) if name is not None}
        types = [type_ for schema in self.api.schemas for type_ in schema_types(schema)]
        types += [type_ for operation in self.api.operations for type_ in operation_types(operation)]
        for type_ in types:
            if type(type_) in (ir.Named, ir.Scalar):  # as most are
                continue
            for item in types_in(type_):
                if isinstance(item, ir.Enumeration):
                    found.update(value for value in item.values if isinstance(value, str))
                elif isinstance(item, ir.Union) and item.discriminator is not None:
                    found.update(value for value, _ in item.discriminator.mapping)
        return frozenset(found)


def _has_words(texts: Iterable[str | None]) -> bool:
    return any(text is not None and "`" in text for text in texts)
