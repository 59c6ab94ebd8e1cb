"""`credkit.toml`: which names stand for which vendor's templates, and how to drive the vendor. No keys.

[vendors.record]
templates = { badge = "prog_1779172339924_j3pr93" }
concurrency = 2

[vendors.didx]
settle_after = 900                  # seconds

[vendors.didx.templates.course]
id = "tpl_6421a8905c17830c188e2e2f"
subject = { name = "fullName" }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import Any

from .model import Template
from .runtime.errors import ConfigurationError

DEFAULT_FILE = "credkit.toml"

_SECRET = ("token", "key", "secret", "password", "credential")


def read_config(path: str | PathLike[str] | None, vendor: str) -> dict[str, Any]:
    """The settings of a vendor: `templates`, `settle_after` and the adapter's own. Empty when there is no such file.

    Args:
        path: None: `credkit.toml` in the working directory, if it is there.

    Raises:
        ConfigurationError: the file cannot be read or says something that is not understood; the message says where.
    """
    file = Path(DEFAULT_FILE if path is None else path)
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        if path is None:
            return {}
        raise ConfigurationError(f"there is no file {str(file)!a}") from None
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file.name!a} cannot be read: {error}") from None
    vendors = _table(data.get("vendors", {}), f"{file.name}: [vendors]")
    where = f"{file.name}: [vendors.{vendor}]"
    section = dict(_table(vendors.get(vendor, {}), where))
    for name in section:
        if any(part in name for part in _SECRET):
            raise ConfigurationError(
                f"{where}: {name} looks like a credential; those come from arguments or the environment"
            )
    if "settle_after" in section:
        section["settle_after"] = seconds(section["settle_after"], f"{where} settle_after")
    return section


def seconds(value: object, where: str = "settle_after") -> timedelta:
    """A time as a timedelta or a number of seconds."""
    if isinstance(value, timedelta) and value >= timedelta():
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 10**9:
        return timedelta(seconds=value)
    raise ConfigurationError(f"{where} has to be a timedelta or a number of seconds")


def templates(given: object, where: str = "templates") -> dict[str, Template]:
    """Templates by neutral name, from what may be written for them: an id, a table of `id`, `subject`, `extra`, or a Template."""
    return {name: _template(value, f"{where}: {name}") for name, value in _table(given, where).items()}


def _template(value: object, where: str) -> Template:
    if isinstance(value, Template):
        return value
    if isinstance(value, str) and value:
        return Template(value)
    table = _table(value, where)
    if isinstance(table.get("id"), str) and table.keys() <= {"id", "subject", "extra"}:
        subject, extra = _table(table.get("subject", {}), f"{where}.subject"), _table(
            table.get("extra", {}), f"{where}.extra"
        )
        return Template(table["id"], subject={key: str(claim) for key, claim in subject.items()}, extra=extra)
    raise ConfigurationError(f"{where} has to be the vendor's id, or a table of id, subject and extra")


def _table(value: object, where: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise ConfigurationError(f"{where} has to be a table")
