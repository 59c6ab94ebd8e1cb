"""The account as one HTML page that needs nothing else: no network, no script; every text of the spec is escaped."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..diagnostics import count, printable
from .account import Account, Counts, certain
from .output import LOWER, TITLES

_CODE = re.compile(r"`([^`]+)`")


def render_html(account: Account) -> str:
    """The page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "shown": printable,
        "link": link,
        "shares": shares,
        "prose": prose,
        "certain": certain,
        "count": count,
    }
    return environment.get_template("report.html.jinja").render(account=account, titles=TITLES, lower=LOWER)


def link(address: str) -> str:
    """An address that may stand in a link: https and without anything odd; else nothing."""
    try:
        is_safe = urlsplit(address).scheme == "https" and address.isprintable() and " " not in address
    except ValueError:
        return ""
    return address if is_safe else ""


def prose(text: str) -> Markup:
    """A note, escaped, with what stands in backticks as code."""
    parts = _CODE.split(printable(text))
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(parts))


def shares(counts: Counts, bases: tuple[str, ...]) -> list[tuple[str, int, float]]:
    """What a bar shows: basis, number, percent of all; nothing for what does not occur."""
    total = sum(counts.values())
    return [(basis, counts[basis], round(100 * counts[basis] / total, 3)) for basis in bases if counts.get(basis)]
