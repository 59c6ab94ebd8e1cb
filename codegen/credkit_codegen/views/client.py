"""The module of the two clients and of the `API` constant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .. import ir
from ..config import Config
from ..imports import Import, runtime, view_imports
from ..literals import Source, call, docstring, literal, mapping, name, one_line, titled, tuple_of
from .docstrings import section
from .operations import server_source
from .resources import describe_resource

CLASS_INDENT = 4
PROPERTY_INDENT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceProperty:
    name: Source
    module: Source
    class_name: Source
    docstring: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructorArgument:
    """One keyword argument: a credential or a server variable."""

    name: Source
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientView:
    docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    type_imports: tuple[Source, ...]
    api_entries: tuple[Source, ...]
    class_name: Source
    class_docstring: Source
    async_docstring: Source
    arguments: tuple[ConstructorArgument, ...]
    credentials: Source
    has_server_variables: bool
    server_variables: Source
    has_resources: bool
    resources: tuple[ResourceProperty, ...]


def view_client(api: ir.Api, config: Config) -> ClientView:
    imports: set[Import] = {
        Import("typing", "Unpack"),
        *runtime("Api", "AsyncClient", "Client", "ClientOptions"),
    }
    if api.resources:
        imports |= {Import("functools", "cached_property"), Import("typing", "TYPE_CHECKING")}
    entries = tuple(_api_entries(api, config, imports))
    variables = server_variables(api)
    arguments = (*_credential_arguments(api), *_variable_arguments(variables))
    package = config.package
    text = _class_text(api, arguments)
    return ClientView(
        docstring=docstring(f"The clients of {titled(api.title)}."),
        imports=view_imports(imports),
        type_imports=tuple(_type_imports(api.resources)),
        api_entries=entries,
        class_name=name(package.client),
        class_docstring=docstring(text, CLASS_INDENT),
        async_docstring=docstring(f"Async twin of `{package.client}`.\n\n{text}", CLASS_INDENT),
        arguments=arguments,
        credentials=_credentials(api.schemes),
        has_server_variables=bool(variables),
        server_variables=mapping((literal(item.api_name), name(item.name)) for item in variables),
        has_resources=bool(api.resources),
        resources=tuple(_property(resource) for resource in api.resources),
    )


def server_variables(api: ir.Api) -> tuple[ir.ServerVariable, ...]:
    """Every variable of any server, once."""
    return tuple({variable.api_name: variable for server in api.every_server for variable in server.variables}.values())


def _api_entries(api: ir.Api, config: Config, imports: set[Import]) -> Iterator[Source]:
    package = config.package
    yield _entry("name", literal(package.name.removeprefix("credkit_")))
    yield _entry("title", literal(one_line(api.title)))
    yield _entry("servers", tuple_of(server_source(server, imports) for server in api.servers))
    yield _entry("schemes", mapping((literal(item.api_name), _scheme(item, imports)) for item in api.schemes))
    yield _entry("errors", literal(f"{package.name}.errors"))
    yield _entry("error_code", literal(config.errors.code))
    yield _entry("error_message", literal(config.errors.message))
    taking = {
        scheme.api_name: tuple(name for _, name in scheme.arguments) for scheme in api.schemes if scheme.arguments
    }
    if taking:
        yield _entry("arguments", mapping((literal(key), literal(names)) for key, names in taking.items()))
    if config.modes.keys:
        imports |= runtime("KeyMode")
        modes = (call("KeyMode", literal(prefix), literal(mode)) for prefix, mode in config.modes.keys.items())
        yield _entry("key_modes", tuple_of(modes))
    if config.modes.response:
        yield _entry("mode", literal(config.modes.response))


def _entry(key: str, value: Source) -> Source:
    return Source(f"{key}={value}")


def _scheme(scheme: ir.SecurityScheme, imports: set[Import]) -> Source:
    """The runtime's scheme. What it does not know by itself is a header that the application fills."""
    match scheme.kind:
        case ir.SchemeKind.BEARER:
            made = call("Bearer")
        case ir.SchemeKind.BASIC:
            made = call("Basic")
        case ir.SchemeKind.API_KEY:
            place = literal(scheme.parameter_in or "header")
            made = call("ApiKey", literal(scheme.parameter_name or scheme.api_name), place)
        case ir.SchemeKind.OAUTH2:
            made = _oauth2(scheme)
        case ir.SchemeKind.OPEN_ID:
            made = call("OAuth2", flow=literal("openIdConnect"))
        case ir.SchemeKind.MUTUAL_TLS:
            made = call("MutualTLS")
        case ir.SchemeKind.OTHER_HTTP:
            made = call("ApiKey", literal("Authorization"), literal("header"))
    imports |= runtime(made.partition("(")[0])
    return made


def _oauth2(scheme: ir.SecurityScheme) -> Source:
    options: dict[str, Source] = {}
    if scheme.token_url is not None:
        options["token_url"] = literal(scheme.token_url)
    if not any(kind == "oauth2_client_id" for kind, _ in scheme.arguments):
        options["flow"] = literal(scheme.flow or "token")
    if scheme.scopes:
        options["scopes"] = literal(scheme.scopes)
    return call("OAuth2", **options)


def _credentials(schemes: Sequence[ir.SecurityScheme]) -> Source:
    """What the constructor hands to the runtime: by scheme, a value or the parts of one."""
    return mapping((literal(scheme.api_name), _credential(scheme)) for scheme in schemes if scheme.arguments)


def _credential(scheme: ir.SecurityScheme) -> Source:
    if scheme.arguments[0][0] not in ir.CREDENTIAL_PARTS:
        return name(scheme.arguments[0][1])
    return mapping((literal(ir.CREDENTIAL_PARTS[kind]), name(argument)) for kind, argument in scheme.arguments)


def _credential_arguments(api: ir.Api) -> Iterator[ConstructorArgument]:
    seen: dict[str, str] = {}
    for scheme in api.schemes:
        for kind, argument in scheme.arguments:
            seen.setdefault(argument, _explain(kind, scheme))
    for argument, text in seen.items():
        yield ConstructorArgument(name=name(argument), description=text)


def _explain(kind: str, scheme: ir.SecurityScheme) -> str:
    match kind:
        case "bearer" | "oauth2_token":
            return "sent as `Authorization: Bearer …`."
        case "basic_username" | "basic_password":
            return "for HTTP basic authentication."
        case "oauth2_client_id" | "oauth2_client_secret":
            return "for fetching OAuth 2.0 tokens (client credentials)."
        case _:
            place = f"{scheme.parameter_in or 'header'} `{one_line(scheme.parameter_name or 'Authorization')}`"
            return f"sent in the {place}."


def _variable_arguments(variables: Sequence[ir.ServerVariable]) -> Iterator[ConstructorArgument]:
    for variable in variables:
        text = one_line(variable.description or "").rstrip(".") or "Part of the server's URL"
        default = f" Without it: {one_line(variable.default)}." if variable.default is not None else ""
        yield ConstructorArgument(name=name(variable.name), description=f"{text}.{default}")


def _class_text(api: ir.Api, arguments: Sequence[ConstructorArgument]) -> str:
    server = f"instead of {one_line(api.servers[0].url)}." if api.servers else "where the API lives; required."
    entries: Mapping[str, str] = {
        **{str(argument.name): argument.description for argument in arguments},
        "base_url": server,
        "options": "see `credkit.runtime.ClientOptions`.",
    }
    return f"Client of {titled(api.title)}.\n\n{section('Args', entries.items())}"


def _property(resource: ir.Resource) -> ResourceProperty:
    return ResourceProperty(
        name=name(resource.name),
        module=name(resource.module),
        class_name=name(resource.class_name),
        docstring=docstring(describe_resource(resource), PROPERTY_INDENT),
    )


def _type_imports(resources: Sequence[ir.Resource]) -> Iterator[Source]:
    for resource in sorted(resources, key=lambda item: item.module):
        own = name(resource.class_name)
        yield Source(f"from .{name(resource.module)} import Async{own}, {own}")
