"""Configuration: how Python names an API (`client.toml`), as frozen dataclasses.

`load_config` reads the file and reports every fault in it; `default_config` gives what any document gets without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, TypeVar

from . import names
from .diagnostics import Diagnostic, Severity, SpecError
from .formatters import Formatter

T = TypeVar("T")


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


class BodyMode(StrEnum):
    """How a request body becomes arguments: its members as keyword arguments, or one argument."""

    SPREAD = "spread"
    ARGUMENT = "argument"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageConfig:
    """`name` is the import name; `distribution` the same with dashes; `client` the class of the sync client."""

    name: str
    client: str
    version: str = "0.1.0"
    license: str | None = None
    formatter: Formatter = Formatter.AUTO

    @property
    def distribution(self) -> str:
        return self.name.replace("_", "-")

    @property
    def async_client(self) -> str:
        return f"Async{self.client}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsConfig:
    """JSON pointers, tried in order, to the vendor's error code and message in an error body."""

    code: tuple[str, ...] = ("/code", "/error/code", "/error")
    message: tuple[str, ...] = ("/message", "/error/message", "/detail", "/error_description", "/detail/0/msg")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModesConfig:
    """Live and test apart: `keys` maps the beginning of a key to its mode, `response` points at the mode in an answer."""

    keys: Mapping[str, str] = field(default_factory=_empty)
    response: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceConfig:
    """Keyed by the Python name of the resource."""

    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationConfig:
    """Keyed by operationId. `name` is `resource.method`; `arguments` map wire names to Python names."""

    name: str | None = None
    body: BodyMode | None = None
    arguments: Mapping[str, str] = field(default_factory=_empty)
    unwrap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaConfig:
    """Keyed by the component's name. `fields` map wire names to Python names; `newtype` makes a string a type of its own."""

    name: str | None = None
    newtype: bool = False
    fields: Mapping[str, str] = field(default_factory=_empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that `client.toml` can say.

    `credentials` maps a scheme to the constructor arguments that feed it. `overlays` are changes to the document, in the
    order in which they are applied, as paths that can be opened.
    """

    package: PackageConfig
    unwrap: str | None = None
    credentials: Mapping[str, Mapping[str, str]] = field(default_factory=_empty)
    server_variables: Mapping[str, str] = field(default_factory=_empty)
    errors: ErrorsConfig = field(default_factory=ErrorsConfig)
    modes: ModesConfig = field(default_factory=ModesConfig)
    resources: Mapping[str, ResourceConfig] = field(default_factory=_empty)
    operations: Mapping[str, OperationConfig] = field(default_factory=_empty)
    schemas: Mapping[str, SchemaConfig] = field(default_factory=_empty)
    overlays: tuple[Path, ...] = ()
    file: str = "client.toml"


def default_config(package: str, *, client: str | None = None) -> Config:
    """The configuration of a document without `client.toml`."""
    name = names.package_name(package)
    return Config(package=PackageConfig(name=name, client=client or default_client(name)))


def default_client(package: str) -> str:
    """`credkit_record` -> `Record`."""
    return names.client_class_name(package.removeprefix("credkit_"))


def load_config(path: Path) -> Config:
    """Read `client.toml`.

    Raises:
        SpecError: it cannot be read, is no TOML, or says something that we do not know; every fault is listed.
    """
    import tomllib  # most documents that lint reads have no configuration beside them

    file = str(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refuse(file, f"expected a readable file; got {error.strerror or error}", "check the path") from None
    except UnicodeDecodeError:
        raise _refuse(file, "expected UTF-8 text; got other bytes", "save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _refuse(file, f"expected TOML; got a syntax error: {error}", "mend the line named above") from None
    reader = _Reader(file)
    config = reader.config(data)
    if reader.faults:
        raise SpecError(reader.faults)
    return config


def _refuse(file: str, message: str, help_: str) -> SpecError:
    return SpecError([_fault(file, message, help_)])


def _fault(file: str, message: str, help_: str) -> Diagnostic:
    return Diagnostic(rule="config-invalid", severity=Severity.ERROR, message=message, help=help_, file=file)


def _is_beside(path: str) -> bool:
    """Whether a path leads into the folder that it is written in."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and "\\" not in path and "\0" not in path and ".." not in parts


class _Reader:
    """Turns plain TOML data into `Config`, collecting faults instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Diagnostic] = []

    def config(self, data: Mapping[str, object]) -> Config:
        known = "package envelope credentials server_variables errors modes resources operations schemas lint overlays"
        self.known(data, known, "")
        self.lint(self.table(data, "lint", ""))
        return Config(
            package=self.package(self.table(data, "package", "")),
            unwrap=self.text(self.known(self.table(data, "envelope", ""), "unwrap", "envelope"), "unwrap", "envelope"),
            credentials=self.credentials(self.table(data, "credentials", "")),
            server_variables=self.names(self.table(data, "server_variables", ""), "server_variables"),
            errors=self.errors(self.table(data, "errors", "")),
            modes=self.modes(self.table(data, "modes", "")),
            resources=self.each(data, "resources", self.resource),
            operations=self.each(data, "operations", self.operation),
            schemas=self.each(data, "schemas", self.schema),
            overlays=self.overlays(data),
            file=self.file,
        )

    def overlays(self, data: Mapping[str, object]) -> tuple[Path, ...]:
        value = data.get("overlays", [])
        if not isinstance(value, list) or not all(isinstance(item, str) and _is_beside(item) for item in value):
            self.fault("overlays", 'a list of files beside this one such as ["overlay.yaml"]', value)
            return ()
        if len(set(value)) != len(value):
            self.fault("overlays", "each overlay once", value)
        return tuple(Path(self.file).parent / item for item in value)

    def package(self, data: Mapping[str, object]) -> PackageConfig:
        self.known(data, "name client version license formatter", "package")
        name = self.text(data, "name", "package")
        if name is None or names.package_name(name) != name:
            self.fault("package.name", "a Python import name such as credkit_record", name)
            name = "client"
        client = self.text(data, "client", "package") or default_client(name)
        if names.client_class_name(client) != client:
            self.fault("package.client", "a Python class name that is free", client)
        version = self.text(data, "version", "package") or "0.1.0"
        formatter = self.text(data, "formatter", "package") or Formatter.AUTO
        if formatter not in set(Formatter):
            self.fault("package.formatter", '"auto", "black" or "ruff"', formatter)
            formatter = Formatter.AUTO
        return PackageConfig(
            name=name,
            client=client,
            version=version,
            license=self.text(data, "license", "package"),
            formatter=Formatter(formatter),
        )

    def credentials(self, data: Mapping[str, object]) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, Mapping[str, str]] = {}
        for scheme, value in data.items():
            where = f"credentials.{scheme}"
            table = {"": value} if isinstance(value, str) else self.table(data, scheme, "credentials")
            found[scheme] = self.names(table, where)
        return found

    def errors(self, data: Mapping[str, object]) -> ErrorsConfig:
        self.known(data, "code message", "errors")
        default = ErrorsConfig()
        return ErrorsConfig(
            code=self.pointers(data, "code", "errors") or default.code,
            message=self.pointers(data, "message", "errors") or default.message,
        )

    def modes(self, data: Mapping[str, object]) -> ModesConfig:
        self.known(data, "keys response", "modes")
        return ModesConfig(
            keys=self.texts(self.table(data, "keys", "modes"), "modes.keys"),
            response=self.pointers(data, "response", "modes"),
        )

    def pointers(self, data: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.startswith("/") for item in value):
            self.fault(f"{where}.{key}", 'a list of JSON pointers such as ["/code"]', value)
            return ()
        return tuple(value)

    def resource(self, data: Mapping[str, object], where: str) -> ResourceConfig:
        self.known(data, "description", where)
        return ResourceConfig(description=self.text(data, "description", where))

    def operation(self, data: Mapping[str, object], where: str) -> OperationConfig:
        self.known(data, "name body arguments unwrap", where)
        body = self.text(data, "body", where)
        if body is not None and body not in set(BodyMode):
            self.fault(f"{where}.body", '"spread" or "argument"', body)
            body = None
        name = self.text(data, "name", where)
        if name is not None:
            resource, _, method = name.rpartition(".")
            if names.method_name(method) != method or names.resource_name(resource) != resource:
                self.fault(f"{where}.name", "resource.method, both free Python names in snake_case", name)
                name = None
        return OperationConfig(
            name=name,
            body=BodyMode(body) if body is not None else None,
            arguments=self.names(self.table(data, "arguments", where), f"{where}.arguments"),
            unwrap=self.text(data, "unwrap", where),
        )

    def schema(self, data: Mapping[str, object], where: str) -> SchemaConfig:
        self.known(data, "name newtype fields", where)
        name = self.text(data, "name", where)
        if name is not None and (not name.isidentifier() or names.model_name(name) != name):
            self.fault(f"{where}.name", "a Python class name that is free", name)
            name = None
        fields = self.texts(self.table(data, "fields", where), f"{where}.fields")
        for api_name, python in fields.items():
            if names.field_name(python) != python:
                self.fault(f"{where}.fields.{api_name}", "a free Python name in snake_case", python)
        newtype = data.get("newtype", False)
        if not isinstance(newtype, bool):
            self.fault(f"{where}.newtype", "true or false", newtype)
        return SchemaConfig(name=name, newtype=newtype is True, fields=fields)

    def lint(self, data: Mapping[str, object]) -> None:
        """Only looked at: what it says is for `lint.settings`, which also reads the other keys of this table."""
        self.texts(self.table(data, "disable", "lint"), "lint.disable")

    def names(self, data: Mapping[str, object], where: str) -> Mapping[str, str]:
        found = self.texts(data, where)
        for key, name in found.items():
            if names.argument_name(name) != name:
                self.fault(f"{where}.{key}".rstrip("."), "a free Python name in snake_case", name)
        return found

    def each(
        self, data: Mapping[str, object], key: str, read: Callable[[Mapping[str, object], str], T]
    ) -> Mapping[str, T]:
        table = self.table(data, key, "")
        return {name: read(self.table(table, name, key), f"{key}.{name}") for name in table}

    def texts(self, data: Mapping[str, object], where: str) -> Mapping[str, str]:
        found = {key: self.text(data, key, where) for key in data}
        return {key: value for key, value in found.items() if value is not None}

    def text(self, data: Mapping[str, object], key: str, where: str) -> str | None:
        value = data.get(key)
        if value is not None and not isinstance(value, str):
            self.fault(f"{where}.{key}", "a string", value)
            return None
        return value

    def table(self, data: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
        value = data.get(key, {})
        if not isinstance(value, dict):
            self.fault(f"{where}.{key}".lstrip("."), "a table", value)
            return {}
        return value

    def known(self, data: Mapping[str, object], keys: str, where: str) -> Mapping[str, object]:
        for key in data:
            if key not in keys.split():
                self.fault(f"{where}.{key}".lstrip("."), f"one of {', '.join(keys.split())}", key)
        return data

    def fault(self, where: str, expected: str, got: object) -> None:
        shown = "nothing" if got is None else repr(got)
        self.faults.append(
            _fault(self.file, f"{where}: expected {expected}; got {shown[:80]}", "see docs/client-toml.md")
        )
