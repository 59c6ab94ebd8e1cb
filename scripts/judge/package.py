"""A generated package from outside: what `inspect` says it offers, and how an application would call it."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from .intent import BodyIntent, Intent
from .intents import BodyPlan
from .servers import DUMMY
from .wire import TOKEN_PATH


class BadArgument(Exception):
    """A value that the document allows does not fit the type that the generated method asks for."""


@dataclass(frozen=True, slots=True)
class Method:
    """One operation of `inspect`."""

    record: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """Method and path, as the document has them."""
        return str(self.record["method"]).lower(), str(self.record["path"])

    @property
    def body(self) -> BodyPlan | None:
        body = self.record.get("body")
        if not body:
            return None
        spread = body["mode"] == "spread"
        fields = frozenset(str(field["api_name"]) for field in body.get("fields") or ()) if spread else None
        return BodyPlan(str(body["media_type"]), bool(body["required"]), fields)

    @property
    def variants(self) -> tuple[Method, ...]:
        """The methods beside it that send the same operation with another media type."""
        return tuple(Method(record) for record in self.record.get("variants") or ())

    @property
    def degraded(self) -> tuple[str, ...]:
        return tuple(str(reason) for reason in self.record.get("degraded") or ())

    def arguments(self, intent: Intent) -> dict[str, Any]:
        """The intent's values by Python argument name, not yet of the types that the method asks for."""
        names = {(one["in"], one["api_name"]): one["name"] for one in self.record["parameters"]}
        found: dict[str, Any] = {}
        for argument in intent.arguments:
            name = names.get((argument.location, argument.name))
            if name is None:
                raise BadArgument(f"no argument for the {argument.location} parameter {argument.name!r}")
            found[name] = argument.value
        if intent.body is None:
            return found
        body, value = self.record["body"], files_of(intent.body)
        if body["mode"] != "spread":
            return {**found, body["argument"]: value}
        members = {one["api_name"]: one["name"] for one in body.get("fields") or ()}
        return found | {members[name]: item for name, item in value.items()}


def files_of(body: BodyIntent) -> Any:
    """The value of a body with its files as an application has to give them: with a content type where there is a choice."""
    if isinstance(body.value, bytes):
        return _file(body.value, body.media_type)
    if body.kind != "multipart":
        return body.value
    encoding = body.media.get("encoding") or {}
    return {
        name: (
            _file(value, str((encoding.get(name) or {}).get("contentType", ""))) if isinstance(value, bytes) else value
        )
        for name, value in body.value.items()
    }


def _file(data: bytes, media_types: str) -> Any:
    """Plain bytes, unless a range or a list of media types makes the caller say which one it is."""
    from credkit.runtime import File

    if "," not in media_types and "*" not in media_types:
        return data
    first = media_types.split(",")[0].strip()
    return File(data, content_type={"*/*": "application/octet-stream"}.get(first, first.replace("*", "png")))


@dataclass
class Package:
    """An importable generated package: the folder of its distribution and what `inspect` says of it."""

    folder: Path
    description: Mapping[str, Any]

    @cached_property
    def module(self) -> Any:
        """The package itself, imported."""
        if str(self.folder) not in sys.path:
            sys.path.insert(0, str(self.folder))
        return importlib.import_module(str(self.description["package"]))

    @property
    def methods(self) -> list[Method]:
        return [Method(record) for record in self.description["operations"]]

    def client(self, base_url: str, variables: Collection[str] = (), **options: Any) -> Any:
        """A client with a dummy for every credential and for `variables`, sending everything to `base_url`."""
        make = getattr(self.module, str(self.description["client"]))
        credentials = {str(one["parameter"]): DUMMY for one in self.description["credentials"]}
        wanted = {_plain(name) for name in variables}
        options |= {name: DUMMY for name in inspect.signature(make).parameters if _plain(name) in wanted}
        if any("oauth2" in str(one["kind"]) for one in self.description["credentials"]):
            options["token_url"] = "/".join(base_url.split("/")[:3]) + TOKEN_PATH
        return make(base_url=base_url, **credentials, **options)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def bound(client: Any, python: str, *, streaming: bool = False) -> Callable[..., Any]:
    """The method of a client by its dotted name; `streaming`: the one beside it that reads item by item, if there is one."""
    resource, _, name = python.rpartition(".")
    target = client
    for part in resource.split(".") if resource else ():
        target = getattr(target, part)
    method = getattr(target, f"{name}_stream", None) if streaming else None
    return typing.cast("Callable[..., Any]", method or getattr(target, name))


def convert(function: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of the types that a method's annotations ask for, as a typed application would make them."""
    namespace = sys.modules[function.__module__].__dict__
    annotations = inspect.get_annotations(getattr(function, "__func__", function))
    converted: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in annotations:
            raise BadArgument(f"the method has no argument {name!r}")
        if value is None or isinstance(value, bool | int | float) or _has_files(value):
            converted[name] = value
            continue
        try:
            adapter = _adapter(annotations[name], namespace)
            converted[name] = adapter.validate_json(json.dumps(value), by_alias=True, by_name=False)
        except Exception as error:  # a validation error, or an annotation that cannot be evaluated at all
            reason = str(error).splitlines()
            raise BadArgument(f"argument {name!r} ({annotations[name]}): {' '.join(reason[:4])[:300]}") from error
    return converted


_ADAPTERS: dict[tuple[str, str], TypeAdapter[Any]] = {}


def _adapter(annotation: Any, namespace: dict[str, Any]) -> TypeAdapter[Any]:
    key = (str(namespace.get("__name__")), str(annotation))
    if key not in _ADAPTERS:
        if isinstance(annotation, str):  # written by the generator for this module, and imported already
            annotation = eval(annotation, namespace)  # noqa: S307
        _ADAPTERS[key] = TypeAdapter(annotation)
    return _ADAPTERS[key]


def _has_files(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_files, value.values() if isinstance(value, dict) else value))
    return isinstance(value, bytes) or hasattr(value, "content_type")
