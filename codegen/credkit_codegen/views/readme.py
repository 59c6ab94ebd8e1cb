"""The README of a distribution: what it is, calls that work as they stand, errors, tests, and every operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .. import ir, names
from ..config import Config
from ..examples import ExampleCall, OperationExamples
from ..expressions import Expressions
from ..imports import Import, view_imports
from ..literals import Source, call, literal, markdown, name, prose, titled
from ..methods import Method
from ..results import ResponseKind
from .calls import call_source, is_binary
from .errors import ErrorsView, is_error, status_key
from .testing import constructor_arguments

ImportGroups: TypeAlias = tuple[tuple[Source, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One line of the table; texts are Markdown already."""

    python: str
    call: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadmeExample:
    """The call that the README shows."""

    imports: ImportGroups
    async_imports: ImportGroups
    error_imports: ImportGroups
    test_imports: ImportGroups
    call: Source
    raw_call: Source
    stub: Source
    error: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadmeView:
    """`client` is the class, `variable` what the examples call an instance."""

    distribution: str
    package: Source
    title: str
    has_description: bool
    description: str
    has_docs: bool
    docs_url: str
    client: Source
    variable: Source
    constructor: Source
    async_constructor: Source
    has_example: bool
    example: ReadmeExample | None
    has_files: bool
    has_webhooks: bool
    is_signed: bool
    operations: tuple[OperationRow, ...]


def view_readme(api: ir.Api, examples: Sequence[OperationExamples], config: Config, errors: ErrorsView) -> ReadmeView:
    package = config.package
    variable = _variable(package.client)
    shown = _shown(examples, has_schemes=any(scheme.arguments for scheme in api.schemes))
    arguments = {argument: literal("...") for argument in _arguments(api, shown[0].method if shown else None)}
    if needs_base_url(api):
        arguments["base_url"] = literal("https://api.example.com")
    description = prose(api.description or "").partition("\n\n")[0]
    return ReadmeView(
        distribution=package.distribution,
        package=name(package.name),
        title=markdown(titled(api.title)),
        has_description=bool(description),
        description=markdown(description),
        has_docs=api.docs_url is not None,
        docs_url=_link(api.docs_url or ""),
        client=name(package.client),
        variable=name(variable),
        constructor=call(package.client, **arguments),
        async_constructor=call(f"Async{package.client}", **arguments),
        has_example=shown is not None,
        example=_example(*shown, variable, api, config, errors) if shown is not None else None,
        has_files=_takes_files(examples),
        has_webhooks=bool(api.webhooks),
        is_signed=api.webhook_signature is not None,
        operations=tuple(_row(item) for item in examples),
    )


def needs_base_url(api: ir.Api) -> bool:
    """Whether the document does not say where the API lives: no server, or one such as `/`, beside the document itself."""
    url = api.servers[0].url if api.servers else ""
    return not url.lower().startswith(("http://", "https://", "{"))


def _takes_files(examples: Sequence[OperationExamples]) -> bool:
    return any(is_binary(argument.type) for item in examples for argument in item.method.arguments)


def _variable(client: str) -> str:
    """What the examples call a client: `record`; `client` where its class has a name that nobody reads in one word."""
    return names.resource_name(client.lower()) if len(client) <= _LONGEST_VARIABLE else "client"


def _arguments(api: ir.Api, method: Method | None) -> tuple[str, ...]:
    """What the client of the example is given: the first way in that the operation names, and server variables."""
    wanted = constructor_arguments(api)
    if method is None or not method.operation.security:
        return wanted
    needed = {scheme for scheme, _ in method.operation.security[0].schemes}
    others = {argument for item in api.schemes if item.api_name not in needed for _, argument in item.arguments}
    own = {argument for item in api.schemes if item.api_name in needed for _, argument in item.arguments}
    return tuple(argument for argument in wanted if argument in own or argument not in others)


def _shown(examples: Sequence[OperationExamples], *, has_schemes: bool) -> tuple[OperationExamples, ExampleCall] | None:
    """The first call that is documented with a body, else the first documented one, else the first.

    Where the API has credentials, one that needs them: a call without is as often as not the login, whose answer is a secret.
    """
    calls = [(item, one) for item in examples for one in item.calls if item.method.kind in _PLAIN]

    def rank(pair: tuple[OperationExamples, ExampleCall]) -> tuple[bool, bool, bool, bool]:
        operation = pair[0].method.operation
        is_open = has_schemes and not any(requirement.schemes for requirement in operation.security)
        is_limited = operation.rate_limit is not None  # the README makes several calls
        return is_open, is_limited, not pair[1].is_documented, not pair[1].has_body

    return min(calls, key=rank, default=None)


_LONGEST_VARIABLE = 12
_PLAIN = (ResponseKind.JSON, ResponseKind.NONE, ResponseKind.TEXT)


def _example(
    examples: OperationExamples, example: ExampleCall, variable: str, api: ir.Api, config: Config, errors: ErrorsView
) -> ReadmeExample:
    expressions = Expressions(api.schemas_by_name)
    method = examples.method
    called = call_source(variable, method, example, expressions)
    failing = [item for item in method.operation.responses if is_error(item.status)]
    package, client = config.package.name, config.package.client
    used = {item if item.module != "." else Import(package, item.name) for item in expressions.imports}
    return ReadmeExample(
        imports=view_imports(used | {Import(package, client)}),
        async_imports=view_imports(used | {Import("asyncio"), Import(package, f"Async{client}")}),
        error_imports=view_imports(
            used | {Import(package, client), Import(package, "errors"), Import("credkit", "OutcomeUnknown")}
        ),
        test_imports=view_imports(used | {Import(f"{package}.testing", f"{client}Stub")}),
        call=called,
        raw_call=Source(called.replace(f".{method.resource}.", f".{method.resource}.with_raw_response.", 1)),
        stub=name(f"stub.{method.resource}.{method.name}"),
        error=name(f"errors.{errors.names[status_key(failing[0].status)] if failing else errors.root}"),
    )


def _row(examples: OperationExamples) -> OperationRow:
    method = examples.method
    operation = method.operation
    required = [item for item in method.arguments if item.required]
    positional = [item.name for item in required if item.positional]
    keywords = [item.name for item in required if not item.positional]
    arguments = ", ".join([*positional, *(["*", *keywords] if keywords else [])])
    return OperationRow(
        python=f"`{method.python}({arguments})`",
        call=_code(f"{operation.method} {operation.path}"),
        summary=markdown(operation.summary or ""),
    )


def _code(text: str) -> str:
    """Text of the document as inline code of a table cell."""
    safe = "".join(character if character.isprintable() and character not in "`|" else "\ufffd" for character in text)
    return f"`{safe}`"


def _link(url: str) -> str:
    """A URL that Markdown shows as a link, when it is one."""
    if url.startswith(("https://", "http://")) and url.isprintable() and not set(url) & set(' <>"`\\'):
        return f"<{url}>"
    return markdown(url)
