"""`credkit doctor`: what is installed, which keys are found, who can be reached, whether the clock is right."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, entry_points, version
from platform import python_version
from typing import Annotated

import typer

from ..connecting import ENTRY_POINTS, VENDORS, connect
from ..extras import client_of
from ..runtime.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    InsecureBaseUrl,
    InvalidBaseUrl,
    LiveCredentialRefused,
    MissingCredential,
    MissingServerVariable,
    PermissionDeniedError,
)
from ..settings import text_settings, variable
from . import output
from .output import Json
from .text import wordless

SKEW = 30.0
"""Seconds by which a clock may be wrong: signatures and tokens are usually refused from some minutes on."""


@dataclass(frozen=True, slots=True)
class Check:
    """One vendor's health. `reached` and `skew` (seconds) are None where that was not looked at; `advice` is what to do before it can be used."""

    vendor: str
    installed: str | None
    variables: tuple[str, ...]
    key: str
    mode: str | None = None
    reached: bool | None = None
    skew: float | None = None
    advice: str = ""
    hint: str = ""

    @property
    def ok(self) -> bool:
        """Whether the vendor can be used as far as was looked; a vendor that nobody set up is no fault."""
        return not self.advice


def doctor(
    vendor: Annotated[list[str] | None, typer.Argument(metavar="VENDOR", help="All when none is named.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Call nobody.")] = False,
    json: Json = False,
) -> int:
    """Say which vendors can be used from here, and what is missing. Calls each once, reading only."""
    checks = [examine(name, offline=offline) for name in vendor or _vendors()]
    if json:
        output.show_json(
            {"python": python_version(), "credkit": _version("credkit"), "vendors": [asdict(one) for one in checks]}
        )
    else:
        output.say(
            f"credkit {_version('credkit')}, Python {python_version()}, httpx {_version('httpx')}, httpx2 {_version('httpx2')}"
        )
        for one in checks:
            for line in _lines(one):
                output.say(line)
    return 0 if all(one.ok for one in checks) else 1


def examine(name: str, *, offline: bool) -> Check:
    """Look at one vendor. Keys are told by the names of their variables, never by a part of their value."""
    installed = _version(f"credkit-{name}")
    prefix = f"CREDKIT_{name}_".upper().replace("-", "_")
    variables = tuple(sorted(variable for variable in os.environ if variable.startswith(prefix)))
    found = Check(name, installed, variables, "none")
    if installed is None and name in VENDORS:
        return replace(found, advice=f"needs {client_of(name)}" if variables else "")
    try:
        issuer = connect(name)
    except (MissingCredential, MissingServerVariable) as error:
        told = f"to use it, set {error.variables}"
        return replace(found, advice=told if variables else "", hint="" if variables else told)
    except LiveCredentialRefused as error:
        return replace(found, key="refused", advice=f"{error.reason}. Use a test key{_or_base_url(name)}")
    except (InvalidBaseUrl, InsecureBaseUrl) as error:
        return replace(found, key="not looked at", advice=f"{error.reason}. Give an https:// URL{_or_base_url(name)}")
    except (ConfigurationError, ImportError) as error:
        return replace(found, key="not looked at", advice=wordless(error))
    with issuer:
        absent = [one for one in text_settings(type(issuer.adapter)) if getattr(issuer.adapter, one) is None]
        hint = f"not set: {', '.join(variable(name, one) for one in absent)}" if absent else ""
        found = replace(found, key="found", mode=issuer.mode, hint=hint)
        if offline:
            return found
        begun = datetime.now(UTC)
        try:
            headers = issuer.probe()
        except (AuthenticationError, PermissionDeniedError) as error:
            return replace(found, key="refused by the vendor", reached=True, advice=wordless(error))
        except ApiError as error:
            return replace(found, reached=False, advice=wordless(error) + _or_base_url(name))
        return _judged(found, headers, begun, datetime.now(UTC))


def _or_base_url(name: str) -> str:
    """The setting that says where the vendor is; nothing where nobody has set it."""
    setting = variable(name, "base_url")
    return f" ({setting} says where {name} is: is it right?)" if os.environ.get(setting) else ""


def _judged(found: Check, headers: Mapping[str, str], begun: datetime, ended: datetime) -> Check:
    told = {name.lower(): value for name, value in headers.items()}.get("date")
    try:
        skew = None if told is None else _skew(parsedate_to_datetime(told), begun, ended)
    except (ValueError, TypeError):
        skew = None
    late = (
        f"this clock is {skew:+.0f} s off the vendor's: set it by NTP" if skew is not None and abs(skew) > SKEW else ""
    )
    return replace(found, reached=True, skew=skew, advice=late)


def _skew(told: datetime, begun: datetime, ended: datetime) -> float:
    """Seconds by which this clock is ahead; 0 when the vendor's second lies within the call."""
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    if (begun - told).total_seconds() > 1:
        return (begun - told).total_seconds() - 1
    return min(0.0, (ended - told).total_seconds())


def _lines(one: Check) -> Iterator[str]:
    mark = "ok" if one.ok and one.key == "found" else "--" if one.ok else "!!"
    parts = [f"client {one.installed}" if one.installed else "not installed", f"key {one.key}"]
    parts += [f"mode {one.mode}"] if one.mode else []
    parts += [] if one.reached is None else ["reached" if one.reached else "not reached"]
    parts += [] if one.skew is None else [f"clock {one.skew:+.0f} s"]
    yield f"{mark} {one.vendor}: {', '.join(parts)}"
    if one.hint:
        yield f"     {one.hint}"
    if one.variables:
        yield f"     from {', '.join(one.variables)}"
    if one.advice:
        yield f"     {one.advice}"


def _vendors() -> list[str]:
    return sorted({*VENDORS, *(entry.name for entry in entry_points(group=ENTRY_POINTS))})


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


COMMANDS: dict[str, Callable[..., int]] = {"doctor": doctor}
