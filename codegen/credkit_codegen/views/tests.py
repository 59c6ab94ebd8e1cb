"""Generated tests: what the document shows goes out exactly so, comes back exactly so, and fails as it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .. import ir, names
from ..annotations import Annotator
from ..config import Config
from ..examples import ExampleAnswer, ExampleCall, OperationExamples
from ..expressions import Expressions
from ..imports import Import, view_imports
from ..literals import NOTHING, Source, docstring, literal, name, one_line, tuple_of
from ..mediatypes import is_json, success_responses
from ..methods import Method
from ..wire import expected_path, expected_query, is_told_apart
from .calls import call_source
from .errors import ErrorsView, is_error, status_key
from .operations import return_annotation
from .testing import TESTING_MODULE

INDENT = 4
# An error status for a range or for "any other".
_STANDS_FOR = {"4XX": 418, "5XX": 500, "default": 418}
_STANDS_FOR_NOTE = {"4XX": "any 4XX", "5XX": "any 5XX", "default": "any status that the document does not list"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """A function that makes one call of the document. `row` is its row among the parameters of the test: what must be sent."""

    function: Source
    docstring: Source
    call: Source
    row: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """An error that is provoked; `note` says what the status stands for where the document names a range."""

    values: Source
    has_note: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationTests:
    """Tests of one operation. The first call is the one that answers and errors are tried with.

    `columns` name what the rows of the calls hold, `parameters` say of which type that is. `script` is what the stub is told to
    return where the document gives it nothing to answer with.
    """

    name: Source
    operation_id: Source
    stub: Source
    method: Source
    returns: Source
    calls: tuple[CallView, ...]
    columns: Source
    parameters: Source
    knows_paths: bool
    knows_queries: bool
    first: Source
    has_script: bool
    script: Source
    has_json: bool
    has_answers: bool
    answers: tuple[Source, ...]
    member: Source
    has_errors: bool
    errors: tuple[FailureView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsView:
    docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    package: Source
    client: Source
    root_error: Source
    operations: tuple[OperationTests, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsContext:
    """What the tests of all resources share. `keys_in_query` are the schemes whose credential stands in the query."""

    __test__ = False

    config: Config
    errors: ErrorsView
    schemas: Mapping[str, ir.Schema]
    keys_in_query: frozenset[str]
    is_told_apart: Callable[[ir.Operation], bool]


def build_tests_context(
    api: ir.Api, config: Config, schemas: Mapping[str, ir.Schema], errors: ErrorsView
) -> TestsContext:
    """Worked out once for an API."""
    return TestsContext(
        config=config,
        errors=errors,
        schemas=schemas,
        keys_in_query=frozenset(item.api_name for item in api.schemes if item.parameter_in == "query"),
        is_told_apart=is_told_apart(api),
    )


def view_tests(resource: ir.Resource, examples: Sequence[OperationExamples], context: TestsContext) -> TestsView:
    """Tests of one resource. Left out are operations that nothing can be called with, and those that a stub cannot tell
    from others."""
    writer = _Writer(context)
    config, errors = context.config, context.errors
    operations = tuple(
        writer.operation(item) for item in examples if item.calls and context.is_told_apart(item.method.operation)
    )
    return TestsView(
        docstring=docstring(f"Calls of `{resource.name}`, as the document shows them."),
        imports=view_imports(writer.imports, own=config.package.name),
        package=literal(config.package.name),
        client=name(config.package.client),
        root_error=errors.root,
        operations=operations,
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """A parameter of a test, with its value for each call; None is "not known beforehand"."""

    name: str
    type: str
    values: list[Source]

    @property
    def is_known(self) -> bool:
        return literal(None) not in self.values

    @property
    def parameter(self) -> str:
        return f"{self.name}: {self.type}" if self.is_known else f"{self.name}: {self.type} | None"


class _Writer:
    def __init__(self, context: TestsContext) -> None:
        package, client = context.config.package.name, context.config.package.client
        self.errors = context.errors
        self.functions: set[str] = set()
        self.package = package
        self.client = client
        self.annotator = Annotator(context.schemas, prefix="models.")
        self.keys_in_query = context.keys_in_query
        self.expressions = Expressions(context.schemas)
        self._imports = {
            *(Import("collections.abc", "Callable"), Import("importlib.resources", "files"), Import("json")),
            *(Import("pytest"), Import(package, client), Import(f"{package}.testing", f"{client}Stub")),
        }

    @property
    def imports(self) -> Iterator[Import]:
        """Models come from the package by its full name: tests stand outside of it."""
        for item in self._imports | self.expressions.imports:
            yield Import(self.package, item.name) if item.module == "." else item

    def operation(self, examples: OperationExamples) -> OperationTests:
        method = examples.method
        returns = return_annotation(method, self.annotator)
        self._imports |= returns.imports
        functions = self._functions(method, examples.calls)
        columns = tuple(self._columns(method, examples.calls, functions))
        known = {column.name: column.is_known for column in columns}
        calls = tuple(self._calls(method, examples.calls, columns))
        answers = tuple(_answers(method, examples.answers))
        failures = tuple(self._failures(method.operation))
        script = _script(method, examples.answers)
        has_json = "example" in known
        if has_json or answers:
            self._imports.add(Import(TESTING_MODULE, "same_json"))
        if answers:
            self._imports.add(Import(TESTING_MODULE, "plain"))
        if failures:
            self._imports.add(Import(self.package, "errors"))
        return OperationTests(
            name=name(method.name),
            operation_id=literal(method.operation.operation_id),
            stub=name(f"stub.{method.resource}.{method.name}"),
            method=literal(method.operation.method),
            returns=returns.text,
            calls=calls,
            columns=literal(tuple(known)),
            parameters=Source(", ".join(column.parameter for column in columns)),
            knows_paths=known["path"],
            knows_queries=known["query"],
            first=calls[0].function,
            has_script=script is not None,
            script=script or NOTHING,
            has_json=has_json,
            has_answers=bool(answers),
            answers=answers,
            member=Source(f"[{literal(method.operation.unwrap)}]" if method.operation.unwrap else ""),
            has_errors=bool(failures),
            errors=failures,
        )

    def _functions(self, method: Method, calls: Sequence[ExampleCall]) -> list[Source]:
        """The name of the function that makes each call."""
        functions = names.unique_names(
            [item.name for item in calls],
            lambda example: _function(method, example, several=len(calls) > 1),
            taken=self.functions,
        )
        self.functions.update(functions.values())
        return [name(functions[item.name]) for item in calls]

    def _columns(self, method: Method, calls: Sequence[ExampleCall], functions: list[Source]) -> Iterator[_Column]:
        schemas = self.annotator.schemas
        yield _Column("call", f"Callable[[{name(self.client)}], object]", functions)
        if method.body is not None and is_json(method.body.media.media_type):
            yield _Column("example", "str", [literal(item.name) for item in calls])
        yield _Column("path", "str", [literal(expected_path(method, item, schemas)) for item in calls])
        yield _Column("query", "dict[str, list[str]]", [literal(self._query(method, item)) for item in calls])

    def _calls(self, method: Method, calls: Sequence[ExampleCall], columns: Sequence[_Column]) -> Iterator[CallView]:
        for item, row in zip(calls, zip(*(column.values for column in columns), strict=True), strict=True):
            text = f"`{method.operation.operation_id}` {_origin(item)}."
            yield CallView(
                function=row[0],
                docstring=docstring(text, INDENT),
                call=call_source("client", method, item, self.expressions),
                row=tuple_of(row),
            )

    def _query(self, method: Method, call: ExampleCall) -> dict[str, list[str]] | None:
        """The query that must be sent; None also where a credential may stand in it."""
        used = {scheme for item in method.operation.security for scheme, _ in item.schemes}
        return expected_query(method, call, self.annotator.schemas) if used.isdisjoint(self.keys_in_query) else None

    def _failures(self, operation: ir.Operation) -> Iterator[FailureView]:
        """`(404, "NOT_FOUND", errors.NotFoundError)`."""
        listed = {response.status for response in operation.responses}
        for response in operation.responses:
            if not is_error(response.status):
                continue
            status = _STANDS_FOR.get(status_key(response.status)) or int(response.status)
            if str(status) in listed and not response.status.isdigit():
                continue
            error = name(f"errors.{self.errors.names[status_key(response.status)]}")
            codes: list[str | None] = [item.code for item in response.codes]
            note = "" if response.status.isdigit() else _STANDS_FOR_NOTE[status_key(response.status)]
            for code in codes or [None]:
                values = tuple_of([literal(status), literal(code), error])
                yield FailureView(values=values, has_note=bool(note), note=note)


def _origin(call: ExampleCall) -> str:
    if call.is_documented:
        return f"with the example `{one_line(call.name)}`"
    return "with made-up values" if call.arguments else "without arguments"


def _function(method: Method, example: str, *, several: bool) -> str:
    suffix = names.snake(example) if several else ""
    return f"call_{method.name}_{suffix}".rstrip("_") if suffix else f"call_{method.name}"


def _answers(method: Method, answers: Sequence[ExampleAnswer]) -> Iterator[Source]:
    """`("200", "cohort")` for answers in JSON that stand for success."""
    statuses = {response.status for response in success_responses(method.operation)}
    for answer in answers:
        if answer.status in statuses and is_json(answer.media_type):
            yield tuple_of([literal(answer.status), literal(answer.name)])


def _script(method: Method, answers: Sequence[ExampleAnswer]) -> Source | None:
    """Arguments of `returns` for a success that the stub cannot make up by itself; None where it can."""
    if any(answer.status.startswith("2") for answer in answers):
        return None
    responses = {response.status: response for response in method.operation.responses}
    good = sorted(status for status in responses if status[:1] in "23") or ["default"]
    response = responses.get(good[0])
    if response is not None and not response.content and good[0].startswith("2"):
        return None
    number = {"2XX": 200, "3XX": 302, "default": 200}.get(status_key(good[0])) or int(good[0])
    if response is None or not response.content:
        return Source(f"status={literal(204 if response is None else number)}")
    kind = response.content[0].media_type
    body = Source("{}") if is_json(kind) else literal("text") if kind.startswith("text/") else Source('b"bytes"')
    return Source(f"status={literal(number)}, body={body}")
