"""Security schemes, requirements and servers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from .. import names
from ..config import Config
from ..ir import (
    CREDENTIAL_PARTS,
    Operation,
    SchemeKind,
    SecurityRequirement,
    SecurityScheme,
    Server,
    ServerVariable,
)
from ..resolve import Node
from .content import follow
from .schemas import Schemas

_IN_URL = re.compile(r"\{([^{}]+)\}")
_TAKEN = frozenset(
    {
        "base_url", "options", "self", "timeout", "max_attempts", "strict", "transport", "hooks", "max_response_bytes", "token_url",
        "clock", "random", "rate_limit_store", "allow_http", "api", "credentials", "server_variables", "headers", "ssl_context",
        "proxy", "allow_live", "super", "str",
    }
)  # fmt: skip
_SHORT = {"bearer": "token", "api_key": "api_key", **CREDENTIAL_PARTS}


def read_schemes(schemas: Schemas, config: Config) -> tuple[SecurityScheme, ...]:
    """Every scheme that the document defines, with the constructor arguments that feed it."""
    nodes = [
        (key, follow(schemas, node))
        for key, node in schemas.documents.top.child("components").child("securitySchemes").children()
    ]
    kinds = {key: _kind(node) for key, node in nodes}
    arguments = _arguments({key: _argument_kinds(kinds[key], node) for key, node in nodes}, config)
    found = []
    for key, node in nodes:
        flow, token_url, scopes = _flow(node)
        kind = kinds[key]
        found.append(
            SecurityScheme(
                api_name=key,
                kind=kind,
                arguments=arguments[key],
                parameter_name=node.text("name") if kind is SchemeKind.API_KEY else None,
                parameter_in=node.text("in") if kind is SchemeKind.API_KEY else None,
                flow=flow,
                token_url=token_url,
                scopes=scopes,
                description=node.text("description"),
                location=node.location,
            )
        )
    return tuple(found)


def _kind(node: Node) -> SchemeKind:
    type_, scheme = node.text("type"), (node.text("scheme") or "").lower()
    if type_ == "http":
        return {"bearer": SchemeKind.BEARER, "basic": SchemeKind.BASIC}.get(scheme, SchemeKind.OTHER_HTTP)
    return {
        "apiKey": SchemeKind.API_KEY,
        "oauth2": SchemeKind.OAUTH2,
        "openIdConnect": SchemeKind.OPEN_ID,
        "mutualTLS": SchemeKind.MUTUAL_TLS,
    }.get(type_ or "", SchemeKind.OTHER_HTTP)


def _argument_kinds(kind: SchemeKind, node: Node) -> tuple[str, ...]:
    if kind is SchemeKind.MUTUAL_TLS:
        return ()
    if kind is SchemeKind.BASIC:
        return ("basic_username", "basic_password")
    if kind is SchemeKind.API_KEY:
        return ("api_key",)
    if kind is SchemeKind.OAUTH2:
        both = ("oauth2_client_id", "oauth2_client_secret") if _flow(node)[0] == "clientCredentials" else ()
        return ("oauth2_token", *both)
    return ("bearer",)


def _flow(node: Node) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The OAuth2 flow that a program can use by itself, else the first; its token URL and scopes."""
    flows = dict(node.child("flows").children())
    name = "clientCredentials" if "clientCredentials" in flows else next(iter(flows), None)
    if name is None:
        return None, None, ()
    scopes = {scope: None for flow in flows.values() for scope in flow.child("scopes").map}
    return name, flows[name].text("tokenUrl"), tuple(scopes)


def _arguments(kinds: dict[str, tuple[str, ...]], config: Config) -> dict[str, tuple[tuple[str, str], ...]]:
    """A constructor argument for each credential: as configured, else the usual word, with the scheme's name where several share it.

    A table in the configuration (`oauth2 = {client_id = "…"}`) leaves out the kinds that it does not name.
    """
    texts: dict[tuple[str, str], str] = {}
    given: dict[str, str] = {}
    counts = Counter(_SHORT[kind] for items in kinds.values() for kind in items)
    for scheme, items in kinds.items():
        configured = _configured(items, config.credentials.get(scheme))
        for kind in items if configured is None else configured:
            short = _SHORT[kind]
            if configured is not None:
                texts[scheme, kind] = f"{scheme} {kind}"
                given[texts[scheme, kind]] = configured[kind]
            elif counts[short] == 1:
                texts[scheme, kind] = short
            else:
                texts[scheme, kind] = scheme if len(items) == 1 else f"{scheme} {short}"
    unique = names.unique_names(texts.values(), names.argument_name, given=given, taken=_TAKEN)
    return {
        scheme: tuple((kind, unique[texts[scheme, kind]]) for kind in items if (scheme, kind) in texts)
        for scheme, items in kinds.items()
    }


def _configured(kinds: tuple[str, ...], table: Mapping[str, str] | None) -> dict[str, str] | None:
    """Argument names by kind from `client.toml`; None where it says nothing about the scheme."""
    if table is None:
        return None
    if "" in table:
        return {kinds[0]: table[""]} if kinds else {}
    return {kind: table[CREDENTIAL_PARTS[kind]] for kind in kinds if CREDENTIAL_PARTS.get(kind) in table}


def read_security(schemas: Schemas, node: Node, known: frozenset[str]) -> tuple[SecurityRequirement, ...] | None:
    """The alternatives of a `security` list; None where the document says nothing, () where it says "none needed"."""
    if not isinstance(node.value, list):
        return None
    found = []
    for item in node.items():
        unknown = [name for name in item.map if name not in known]
        if unknown:
            schemas.notes.add(item, f'security scheme "{unknown[0]}" is not defined; this alternative is left out')
            continue
        found.append(SecurityRequirement(schemes=tuple((name, _scopes(value)) for name, value in item.map.items())))
    return tuple(found)


def _scopes(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def read_servers(node: Node, config: Config) -> tuple[Server, ...]:
    """The servers listed at one level."""
    return tuple(
        Server(
            url=url, description=item.text("description"), variables=tuple(_variables(item.child("variables"), config))
        )
        for item in node.items()
        if (url := item.map.get("url")) is not None and isinstance(url, str)
    )


def settle_variables(
    servers: tuple[Server, ...], operations: list[Operation], schemes: tuple[SecurityScheme, ...], config: Config
) -> tuple[tuple[Server, ...], list[Operation]]:
    """The same servers with one constructor argument for each variable, different from those of credentials.

    A variable that a URL names and its server does not describe is what another server calls so, or one without a default.
    """
    every = [*servers, *(server for operation in operations for server in operation.servers)]
    described = {item.api_name: item for server in reversed(every) for item in server.variables}

    def whole(server: Server) -> Server:
        own = {item.api_name for item in server.variables}
        wanted = [key for key in dict.fromkeys(_IN_URL.findall(server.url)) if key not in own]
        added = (described.get(key) or ServerVariable(name=key, api_name=key, default=None) for key in wanted)
        return replace(server, variables=(*server.variables, *added))

    every = list(map(whole, every))
    keys = {variable.api_name for server in every for variable in server.variables}
    given = {key: value for key, value in config.server_variables.items() if key in keys}
    taken = _TAKEN.union(name for scheme in schemes for _, name in scheme.arguments)
    python = names.unique_names(sorted(keys), names.argument_name, given=given, taken=taken)

    def settled(server: Server) -> Server:
        variables = whole(server).variables
        return replace(server, variables=tuple(replace(item, name=python[item.api_name]) for item in variables))

    return tuple(map(settled, servers)), [
        replace(item, servers=tuple(map(settled, item.servers))) if item.servers else item for item in operations
    ]


def _variables(node: Node, config: Config) -> Iterator[ServerVariable]:
    given = {key: value for key, value in config.server_variables.items() if key in node.map}
    python = names.unique_names(node.map, names.argument_name, given=given, taken=_TAKEN)
    for key, child in node.children():
        default, enum = child.map.get("default"), child.map.get("enum")
        required = child.map.get("x-required") is True
        yield ServerVariable(
            name=python[key],
            api_name=key,
            default=None if default is None or required else str(default),
            enum=tuple(str(item) for item in enum) if isinstance(enum, list) else (),
            description=child.text("description"),
        )
