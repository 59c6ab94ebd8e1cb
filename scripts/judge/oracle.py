"""Judge a captured request: openapi-core against the original document, and our own reading of the wire beside it."""

from __future__ import annotations

import json
import logging
import warnings
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

from jsonschema_path import SchemaPath
from jsonschema_path.handlers import default_handlers
from openapi_core.datatypes import RequestParameters
from openapi_core.protocols import Request
from openapi_core.templating.datatypes import TemplateResult
from openapi_core.templating.paths.datatypes import PathOperationServer
from openapi_core.templating.paths.finders import BasePathFinder
from openapi_core.validation.request.validators import (
    V30RequestValidator,
    V31RequestValidator,
    V32RequestValidator,
)
from werkzeug.datastructures import Headers, ImmutableMultiDict

from .decode import match_path, request_problems
from .document import METHODS, Document, Operation
from .draw import OutOfTime, time_limit
from .encode import encode
from .intent import Intent, kind_of
from .intents import documented_bodies
from .security import Security
from .wire import Captured

VALIDATORS = {"3.0": V30RequestValidator, "3.1": V31RequestValidator, "3.2": V32RequestValidator}
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judges say of one request.

    Attributes:
        problems: why it is wrong; none when it is right.
        unread: why openapi-core could not judge it, when it could not: then only the second judge did.
    """

    problems: tuple[str, ...] = ()
    unread: str | None = None


class _KnownOperation(BasePathFinder):
    """Finds the operation that the request names. Whether its path leads there is what `decode.match_path` says."""

    def find(self, method: str, name: str) -> PathOperationServer:
        items: dict[str, SchemaPath] = self.__dict__.setdefault("items", {})
        if not items:
            items.update((self.spec / "paths").str_items())
        item = items[name]
        operation = item / method if method in METHODS else item / "additionalOperations" / method.upper()
        return PathOperationServer(item, operation, None, TemplateResult(name, {}), {})


@dataclass(slots=True)
class Oracle:
    """The judges of one document."""

    document: Document
    security: Security = field(init=False)
    _validator: Any = None

    def __post_init__(self) -> None:
        self.security = Security(self.document)

    def judge(self, operation: Operation, base_path: str, intent: Intent, got: Captured) -> Verdict:
        """Judge a request that a generated client sent."""
        if got.method != operation.method.upper():
            return Verdict((f"the method is {got.method}",))
        problems = tuple(request_problems(operation.path, base_path, intent, got, self.security.queries))
        problems += tuple(self.security.problems(operation, got))
        errors = self.errors(operation, base_path, got)
        if errors and not problems:
            by_hand = encode(self.document, operation.method, operation.path, intent)
            refused = self.errors(operation, "", self.security.copied(got, by_hand))
            if refused:
                return Verdict(unread=refused[0])
        return Verdict(problems + tuple(f"openapi-core: {error}" for error in errors))

    def errors(self, operation: Operation, base_path: str, got: Captured) -> tuple[str, ...]:
        """What openapi-core has against a request."""
        request = as_request(operation, base_path, got)
        logging.getLogger("openapi_core").setLevel(logging.ERROR)
        try:
            with time_limit(SECONDS), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = [explain(error) for error in self.validator.iter_errors(request)]
        except (Exception, OutOfTime) as error:  # whatever a construct that it does not know makes it raise
            found = [f"{type(error).__name__}: {explain(error)}"]
        return tuple(found)

    @property
    def validator(self) -> Any:
        """openapi-core's validator of the original document. It may read files, but fetch nothing."""
        if self._validator is None:
            cls = VALIDATORS.get(self.document.version, V31RequestValidator)
            handlers = {"file": default_handlers["file"]}
            if self.document.single_file:
                spec = SchemaPath.from_dict(self.document.root, handlers=handlers)
            else:
                spec = SchemaPath.from_file_path(str(self.document.path))
            self._validator = cls(
                spec,
                path_finder_cls=cast("Any", _KnownOperation),
                extra_media_type_deserializers=self._deserializers(),
            )
        return self._validator

    def _deserializers(self) -> dict[str, Any]:
        """Readers for the document's media types that are JSON, or may be, and that openapi-core takes for bytes."""
        found: dict[str, Any] = {}
        for operation in self.document.operations():
            for media_type in documented_bodies(self.document, operation):
                if kind_of(media_type) == "json":
                    found[media_type.partition(";")[0].strip().lower()] = _read_json
                elif "*" in media_type:
                    found[media_type] = _read_anything
        return found


def _read_json(data: bytes, **parameters: str) -> Any:
    return json.loads(data)


def _read_anything(data: bytes, **parameters: str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data


def as_request(operation: Operation, base_path: str, got: Captured) -> Request:
    """A captured request as openapi-core takes it.

    It judges `Accept` where a document lists that as a parameter, which OpenAPI says to ignore: so it does not get to see it.
    """
    variables = match_path(operation.path, got.path, base_path) or {}
    cookies = [pair.strip().partition("=") for pair in (got.header("cookie") or "").split(";") if pair.strip()]
    parameters = RequestParameters(
        query=ImmutableMultiDict(parse_qsl(got.query, keep_blank_values=True)),
        header=Headers([pair for pair in got.headers if pair[0].lower() != "accept"]),
        cookie=ImmutableMultiDict([(name, unquote(value)) for name, _, value in cookies]),
        path={name: unquote(value) for name, value in variables.items()},
    )
    return cast(
        "Request",
        SimpleNamespace(
            host_url="",
            path=operation.path,
            path_pattern=operation.path,
            method=operation.method if operation.method in METHODS else operation.method.upper(),
            parameters=parameters,
            content_type=got.header("content-type") or "",
            body=got.body or None,
        ),
    )


def explain(error: BaseException) -> str:
    """The innermost reason of an error in one line."""
    while True:
        schema_errors = getattr(error, "schema_errors", None)
        if schema_errors:
            first = schema_errors[0]
            where = "/".join(map(str, first.absolute_path))
            return f"/{where}: {' '.join(first.message.split())[:200]}"
        if error.__cause__ is None:
            return f"{type(error).__name__} {' '.join(str(error).split())[:200]}".strip()
        error = error.__cause__
