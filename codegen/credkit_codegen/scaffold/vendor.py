"""The name of a new vendor, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from ..names import MODULE_NAMES, client_class_name, package_name, pascal
from ..project import UsageError

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40
# Names under `credkit` and on every system that a vendor cannot have.
_TAKEN = MODULE_NAMES | {
    "con",
    "nul",
    "aux",
    "prn",
    "base",
    "codegen",
    "runtime",
    "sandbox",
    "cli",
    "ledger",
    "cohort",
    "vendors",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVendor:
    """A vendor to be. `read` is the day on which its pages were read; `docs` and `server` are addresses or None."""

    name: str
    client: str
    title: str
    read: date
    docs: str | None
    server: str | None

    @property
    def package(self) -> str:
        return f"credkit_{self.name}"


def check_vendor(
    root: Path, name: str, *, client: str | None, docs: str | None, server: str | None, read: date
) -> NewVendor:
    """The vendor, when nothing of it exists and its name can be a folder, a module and a class.

    Raises:
        UsageError: the name, the class or an address cannot be used, or there is such a vendor.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or package_name(f"credkit_{name}") != f"credkit_{name}":
        raise UsageError(
            f'expected a vendor\'s name of at most {_LONGEST} small letters, digits and single underscores; got "{name}"',
            "for example: acme, or acme_badges",
        )
    if name in _TAKEN:
        raise UsageError(
            f'expected a name that is free; "{name}" means something else here', f"for example: {name}_api"
        )
    for folder in (root / "specs" / name, root / "generated" / name):
        if folder.exists() or folder.is_symlink():
            raise UsageError(
                f"expected a new vendor; there is {folder}", "choose another name, or go on with what is there"
            )
    wanted = client or client_class_name(name)
    if client_class_name(wanted) != wanted:
        raise UsageError(f'expected a Python class name that is free; got "{wanted}"', "for example: --client Acme")
    return NewVendor(
        name=name,
        client=wanted,
        title=pascal(name),
        read=read,
        docs=_https(docs, "--docs"),
        server=_https(server, "--server"),
    )


def _https(address: str | None, option: str) -> str | None:
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        is_good = parts.scheme == "https" and bool(parts.hostname) and address.isprintable() and " " not in address
    except ValueError:
        is_good = False
    if not is_good:
        raise UsageError(f'expected an address that begins with https:// for {option}; got "{address}"', "mend it")
    return address
