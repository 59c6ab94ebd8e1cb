"""Whose an argument of `connect` is, the client's or the adapter's, and what the environment has for it: `CREDKIT_<VENDOR>_<ARGUMENT>`."""

from __future__ import annotations

import inspect
import os
from dataclasses import fields
from difflib import get_close_matches
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any

from . import extras
from .config import read_config, seconds, templates
from .identity import has_credential
from .runtime.errors import ConfigurationError, InvalidCredential, MissingCredential, MissingServerVariable
from .runtime.options import ClientOptions

if TYPE_CHECKING:
    from .runtime.api import Api


def configured(kind: type[Any], name: str, path: str | PathLike[str] | None) -> dict[str, Any]:
    """What `credkit.toml` says of a vendor. It may say how an adapter works, not where requests and keys go."""
    section = read_config(path, name)
    own = own_settings(kind)
    for key in section:
        if key not in own:
            raise ConfigurationError(f"credkit.toml cannot set {key!a} of {name}; it can set {', '.join(own)}")
    return section


def own_settings(kind: type[Any]) -> list[str]:
    """The settings of an adapter."""
    return [one.name for one in fields(kind) if one.init]


def client_type(kind: type[Any], name: str, asynchronous: bool) -> type[Any]:
    try:
        types: tuple[type[Any], type[Any]] = kind.client_types()
    except ModuleNotFoundError as error:
        if error.name != f"credkit_{name}":
            raise
        raise ImportError(f"{name} needs {extras.client_of(name)}") from None
    return types[asynchronous]


def refuse_strange(own: list[str], settings: dict[str, Any]) -> None:
    """Refuse arguments that neither client nor adapter has; a key that is spelt wrongly would seem to be missing.

    Raises:
        TypeError: as for any function.
    """
    known = [*own, *ClientOptions.__optional_keys__]
    for key in sorted(settings.keys() - set(known)):
        meant = get_close_matches(key, [*known, "client", "ledger", "account", "config"], 1)
        hint = f"; did you mean {meant[0]}?" if meant else ""
        raise TypeError(f"connect() got an unexpected keyword argument {key!r}{hint}")


def own_arguments(made: type[Any]) -> list[str]:
    """The arguments of a generated client that are its vendor's own: credentials and server variables."""
    return [
        parameter.name
        for parameter in inspect.signature(made).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]


def client_of(made: type[Any], name: str, settings: dict[str, Any]) -> Any:
    """The generated client; takes what is its out of `settings`, and the rest from the environment."""
    own = own_arguments(made)
    given = {key: settings.pop(key) for key in own if key in settings}
    credentials = _credential_names(made)
    wanted = [key for key in own if key not in given]
    if credentials & given.keys():  # an API key that was passed is not mixed with one that lies about
        wanted = [key for key in wanted if key not in credentials]
    taken = _from_environment(name, wanted)
    options = {key: settings[key] for key in ClientOptions.__optional_keys__ if key in settings}
    for key in options:
        if key != "clock":
            del settings[key]
    try:
        client = made(**given, **taken, **options)
    except MissingServerVariable as error:
        absent = next((key for key in own if f" {key}=" in error.reason), None)
        if absent is None:
            raise
        ways = variable(name, absent)
        unset = MissingServerVariable(f"{name} needs {absent}: pass it to connect(), or set {ways}")
        unset.variables = ways
        raise unset from None
    except InvalidCredential as error:
        if not error.missing or credentials & given.keys():  # what is passed is not mixed with the environment
            raise
        ways = variable(name, error.missing)
        raise InvalidCredential(error.reason, advice=f"Set {ways}") from None
    if not has_credential(client):
        ways = _ways(name, made, own)
        missing = MissingCredential(f"{name} was given no credential: pass one to connect(), or set {ways}")
        missing.variables = ways
        raise missing
    return client


def _ways(name: str, made: type[Any], own: list[str]) -> str:
    """The variables of each way to give a credential: those of one way are needed together."""
    api: Api | None = getattr(import_module(made.__module__), "API", None)
    ways = [list(names) for names in api.arguments.values()] if api is not None else []
    return ", or ".join(" and ".join(variable(name, key) for key in way) for way in ways or [[key] for key in own])


def credential_variables(name: str, made: type[Any]) -> list[str]:
    """The environment variables from which a client's credentials come."""
    return sorted(one for key in _credential_names(made) if os.environ.get(one := variable(name, key)))


def _credential_names(made: type[Any]) -> set[str]:
    """The arguments of a generated client that are credentials, as its API says."""
    api: Api | None = getattr(import_module(made.__module__), "API", None)
    return {name for names in api.arguments.values() for name in names} if api is not None else set()


def adapter_of(kind: type[Any], name: str, settings: dict[str, Any]) -> Any:
    """The adapter; takes what is its out of `settings`."""
    own = own_settings(kind)
    given = {key: settings.pop(key) for key in own if key in settings}
    given |= _from_environment(name, [key for key in text_settings(kind) if key not in given])
    if "templates" in given:
        given["templates"] = templates(given["templates"])
    if "settle_after" in given:
        given["settle_after"] = seconds(given["settle_after"])
    return kind(**given)


def text_settings(kind: type[Any]) -> list[str]:
    """The settings of an adapter that may come from the environment."""
    return [one.name for one in fields(kind) if one.init and str(one.type) in ("str", "str | None")]


def _from_environment(vendor: str, names: list[str]) -> dict[str, str]:
    values = {name: os.environ.get(variable(vendor, name)) for name in names}
    return {name: value for name, value in values.items() if value}


def variable(vendor: str, name: str) -> str:
    """The environment variable of an argument of `connect`."""
    return f"CREDKIT_{vendor}_{name}".upper().replace("-", "_")
