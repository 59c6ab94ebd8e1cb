"""The version of a distribution, in the text of its client.toml: everything else in the file stays as a person wrote it."""

from __future__ import annotations

import re
import tomllib

from ..project import UsageError
from .versions import Version

_TABLE = re.compile(r"^\[package\][^\n]*\n(?P<body>(?:(?!\[).*\n?)*)", re.MULTILINE)
_LINE = re.compile(r"^(?P<key>version[ \t]*=[ \t]*)(?:\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)


def with_version(text: str, version: Version) -> str:
    """The text with another version; one is added where the file leaves it to the default.

    Raises:
        UsageError: the place cannot be found.
    """
    table = _TABLE.search(text)
    if table is None:
        raise _refusal()
    body = table["body"]
    changed, count = _LINE.subn(lambda match: f'{match["key"]}"{version}"', body, count=1)
    if not count:
        changed = f'version = "{version}"\n{body}'
    found = text[: table.start("body")] + changed + text[table.end("body") :]
    before, after = tomllib.loads(text), tomllib.loads(found)
    before.setdefault("package", {})["version"] = str(version)
    if before != after:
        raise _refusal()
    return found


def _refusal() -> UsageError:
    return UsageError(
        'expected `version = "…"` in the table [package] of client.toml; it cannot be changed safely',
        "change it by hand",
    )
