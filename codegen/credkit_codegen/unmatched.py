"""Entries of `client.toml` that match nothing in the document: a name that somebody gave and that nothing gets.

After a rename in the document such an entry would change a method's name without a word, so it is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from . import ir
from .config import Config
from .diagnostics import CONFIG_UNMATCHED, Diagnostic, Severity
from .ir import Api
from .typeops import object_schema

Keys: TypeAlias = tuple[str, ...]


def find_unmatched(api: Api, config: Config, components: Collection[str]) -> tuple[Diagnostic, ...]:
    """Every entry that matches nothing, with its line and the nearest name. `components` are the document's schemas."""
    found = (*_operations(api, config), *_schemas(api, config, components), *_security(api, config))
    return tuple(_diagnostic(config, keys, what, known) for keys, what, known in found)


_Unmatched: TypeAlias = tuple[Keys, str, Collection[str]]


def _missing(table: Keys, given: Collection[str], what: str, known: Collection[str]) -> Iterator[_Unmatched]:
    for key in given:
        if key not in known:
            yield (*table, key), what, known


def _operations(api: Api, config: Config) -> Iterator[_Unmatched]:
    schemas = api.schemas_by_name
    operations = {item.operation_id: item for item in api.operations if item.variant_of is None}
    yield from _missing(("operations",), config.operations, "an operationId of the document", operations)
    for key, given in config.operations.items():
        if key in operations:
            own = [item for item in api.operations if key in (item.operation_id, item.variant_of)]
            known = {name for item in own for name in _wire_names(item, schemas)}
            table = ("operations", key, "arguments")
            yield from _missing(table, given.arguments, "a parameter or body member, as on the wire", known)
    resources = {item.name for item in api.resources}
    yield from _missing(("resources",), config.resources, "a resource of the client", resources)


def _wire_names(operation: ir.Operation, schemas: Mapping[str, ir.Schema]) -> Iterator[str]:
    """What `arguments` can rename: parameters, members of the body, and the body itself by the empty name."""
    yield from (item.api_name for item in operation.parameters)
    if operation.body is None:
        return
    yield ""
    for media in operation.body.content:
        schema = object_schema(media.type, schemas) if media.type is not None else None
        yield from (item.api_name for item in (schema.properties if schema else ()))
        yield from (part.api_name for part in media.parts)


def _schemas(api: Api, config: Config, components: Collection[str]) -> Iterator[_Unmatched]:
    built: dict[str, list[ir.Schema]] = {}
    for schema in api.schemas:
        for name in {schema.name, schema.api_name}:
            built.setdefault(name or schema.name, []).append(schema)
    yield from _missing(("schemas",), config.schemas, "a schema of the document", {*components, *built})
    for key, given in config.schemas.items():
        classes = [schema for schema in built.get(key, ()) if isinstance(schema, ir.ObjectSchema)]
        known = {item.api_name for schema in classes for item in schema.properties}
        if classes:
            yield from _missing(("schemas", key, "fields"), given.fields, "a property of the schema", known)


def _security(api: Api, config: Config) -> Iterator[_Unmatched]:
    schemes = {item.api_name: item for item in api.schemes}
    yield from _missing(("credentials",), config.credentials, "a security scheme of the document", schemes)
    for key, given in config.credentials.items():
        if key in schemes and "" not in given:
            known = {ir.CREDENTIAL_PARTS[kind] for kind, _ in schemes[key].arguments if kind in ir.CREDENTIAL_PARTS}
            yield from _missing(
                ("credentials", key), given, "what the scheme takes", known or set(ir.CREDENTIAL_PARTS.values())
            )
    variables = {variable.api_name for server in api.every_server for variable in server.variables}
    yield from _missing(("server_variables",), config.server_variables, "a variable of a server's URL", variables)


def _diagnostic(config: Config, keys: Keys, what: str, known: Collection[str]) -> Diagnostic:
    line, column = _place(config.file, keys)
    near = get_close_matches(keys[-1], sorted(known), 1, 0.4)
    help_ = f'the nearest is "{near[0]}"; mend the entry or take it out' if near else "take the entry out"
    return Diagnostic(
        rule=CONFIG_UNMATCHED,
        severity=Severity.ERROR,
        message=f'{".".join(keys[:-1])}: expected {what}; got "{keys[-1]}", which matches nothing',
        help=help_,
        file=config.file,
        line=line,
        column=column,
    )


def _place(file: str, keys: Keys) -> tuple[int, int]:
    """Line and column where an entry begins: the first line that, with all before it, makes TOML that has the entry."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0, 0
    start = 0  # the line after the last whole statement
    for end in range(1, len(lines) + 1):
        try:
            value: object = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            return start + 1, len(lines[start]) - len(lines[start].lstrip()) + 1
        start = end
    return 0, 0
