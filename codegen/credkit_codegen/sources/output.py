"""The account as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from ..diagnostics import count, printable
from .account import Account, Page, Part, certain

LOWER = ("conflict", "inferred", "example", "integration")
TITLES = {
    "conflict": "In conflict between pages",
    "inferred": "Inferred: no page says it",
    "example": "Seen in an example only",
    "integration": "Known from an integration only",
}


def render_json(account: Account) -> str:
    """The whole account; days as YYYY-MM-DD."""
    return json.dumps(asdict(account), indent=2, ensure_ascii=True, default=str) + "\n"


def render_text(account: Account) -> str:
    """The account for people: pages, counts, and what is less than documented. Nothing of a spec steers the terminal."""
    return "".join(f"{printable(line)}\n" for line in _lines(account))


def _lines(account: Account) -> Iterator[str]:
    total = sum(account.counts.values())
    listed = ", ".join(f"{number} {basis}" for basis, number in account.counts.items() if number)
    yield f"{account.vendor}: {account.title} ({account.spec})"
    yield f"  {count(total, 'part')} with a source: {listed or 'none'}"
    yield f"  {count(len(account.pages), 'page')}: {_ages(account)}"
    yield ""
    yield "Pages"
    width = max((len(page.key) for page in account.pages), default=0)
    for page in account.pages:
        yield f"  {page.key:{width}}  {_age(page):24}  {count(sum(page.counts.values()), 'part'):>9}  {page.url}".rstrip()
    for basis in LOWER:
        parts = account.of(basis)
        if parts:
            yield ""
            yield f"{TITLES[basis]} ({len(parts)})"
            for part in parts:
                yield from _part(part)
    if account.undocumented:
        yield ""
        yield f"Named by the vendor, not described ({len(account.undocumented)})"
        for item in account.undocumented:
            yield f"  {item.name}: {item.note}".rstrip(": ")


def _ages(account: Account) -> str:
    old = f"{len(account.old)} read more than {count(account.older_than, 'day')} before {account.today}"
    return f"{old}, {len(account.undated)} without the day on which they were read"


def _age(page: Page) -> str:
    if page.read is None:
        return "day not written down"
    return f"{page.read}, {count(page.age or 0, 'day')}{' OLD' if page.is_old else ''}"


def _part(part: Part) -> Iterator[str]:
    yield f"  {part.file}:{part.line}: {f'{part.kind} {part.name}'.strip()} [{part.page}]"
    if part.note:
        yield f"      {part.note}"


def summary(account: Account) -> str:
    """One line on the account, for a report that was written to a file."""
    return printable(
        f"{account.vendor}: {certain(account.counts)}% documented, {count(len(account.of('conflict')), 'conflict')}, {_ages(account)}"
    )
