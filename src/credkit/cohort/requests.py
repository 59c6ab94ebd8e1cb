"""From a row to the request that it asks for, or to the reason why it asks for none.

A reason names the column and never its value: the plan, the log and the terminal stay free of people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from ..model import IssueRequest, Organisation, Person
from .columns import OF_ORGANISATIONS, Columns, recognise
from .rows import BadRow, Row, read_rows
from .sealed import Seal

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,255}")
_TEXT_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Recipient:
    """A row that can be sent: `line` is where it stands in the file."""

    line: int
    request: IssueRequest


def read_recipients(
    path: Path, columns: Columns, *, template: str, expires: datetime | None = None, sealed: Seal | None = None
) -> Iterator[Recipient | BadRow]:
    """The rows of the file as requests, in its order; one at a time.

    Args:
        expires: when a credential ends whose row does not say.
        sealed: what the file has to hold still.

    Raises:
        CohortError: as `read_rows` does.
    """
    for row in read_rows(path, sealed=sealed):
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            yield Recipient(row.line, _request(row, columns, template, expires))
        except _BadCell as bad:
            yield BadRow(row.line, str(bad), _reference(row, columns))


def _reference(row: Row, columns: Columns) -> str | None:
    """The reference of a row that is not sent, so that people find it again; None where that cannot be read either."""
    for column, cell in row.cells.items():
        if _field(column, columns) == "reference" and cell is not None:
            try:
                return _text(column, cell) or None
            except _BadCell:
                return None
    return None


class _BadCell(ValueError):
    pass


def _request(row: Row, columns: Columns, template: str, expires: datetime | None) -> IssueRequest:
    values = _values(row, columns)
    ends = values.get("expires")
    of_organisation = columns.organisation or not OF_ORGANISATIONS.isdisjoint(values)
    return IssueRequest(
        template=template,
        subject=_organisation(values) if of_organisation else _person(values),
        claims=_named(values, "claims."),
        evidence=values.get("evidence", ()),
        reference=values.get("reference"),
        expires=expires if ends is None else _instant(ends),
    )


def _values(row: Row, columns: Columns) -> dict[str, Any]:
    """What the row says, by field; empty cells are absent. Claims of JSON Lines keep their JSON types."""
    values: dict[str, Any] = {}
    for column, cell in row.cells.items():
        field = _field(column, columns)
        if field is None:
            raise _BadCell(f"the member {column!a} is not in the first row, and nobody knows what it is")
        if field and cell not in (None, ""):
            value: Any
            if field == "evidence":
                value = _references(column, cell)
            else:
                value = cell if _is_open(field) and not isinstance(cell, str) else _text(column, cell)
            if value != "" and field in values:
                raise _BadCell(f"{column!a}: {field} stands there twice")
            if value != "":
                values[field] = value
    return values


def _field(column: str, columns: Columns) -> str | None:
    return columns.fields[column] if column in columns.fields else recognise(column)


def _references(column: str, cell: Any) -> tuple[str, ...]:
    """References with space between them, or as a list of JSON Lines."""
    return tuple(_text(column, one) for one in (cell if isinstance(cell, list) else _text(column, cell).split()))


def _is_open(field: str) -> bool:
    return field.startswith(("claims.", "attributes."))


def _text(column: str, cell: Any) -> str:
    if not isinstance(cell, str):
        if isinstance(cell, bool) or not isinstance(cell, int):
            raise _BadCell(f"{column!a}: expected a text")
        cell = str(cell)
    text = (cell if cell.isascii() else unicodedata.normalize("NFC", cell)).strip()
    if len(text) > _TEXT_LIMIT:
        raise _BadCell(f"{column!a}: longer than {_TEXT_LIMIT:,} characters")
    # Control characters and overrides of the writing direction make a name look like another one, or like two lines. None is printable.
    if not text.isprintable() and any(
        unicodedata.category(character) == "Cc" or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for character in text
    ):
        raise _BadCell(f"{column!a}: has a control character")
    return text


def _person(values: Mapping[str, Any]) -> Person:
    name = values.get("name") or " ".join(
        part for part in (values.get("given_name"), values.get("family_name")) if part
    )
    if not name:
        raise _BadCell("no name")
    return Person(name, _address(values), id=values.get("id"), attributes=_named(values, "attributes."))


def _organisation(values: Mapping[str, Any]) -> Organisation:
    if not values.get("name"):
        raise _BadCell("no name")
    return Organisation(
        values["name"],
        registration_number=values.get("registration_number"),
        jurisdiction=values.get("jurisdiction"),
        legal_form=values.get("legal_form"),
        email=_address(values),
        id=values.get("id"),
        attributes=_named(values, "attributes."),
    )


def _address(values: Mapping[str, Any]) -> str | None:
    address = values.get("email")
    if address is not None and not _ADDRESS.fullmatch(address):
        raise _BadCell("the e-mail address is not one address of the form name@domain")
    return address


def _named(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {field.removeprefix(prefix): value for field, value in values.items() if field.startswith(prefix)}


def _instant(text: str) -> datetime:
    """A date ends with its last second in UTC; an instant must say its offset."""
    return parse_expiry(
        text,
        _BadCell("expires: expected a date like 2027-06-30, or an instant with its offset like 2027-06-30T12:00:00Z"),
    )


def parse_expiry(text: str, error: Exception) -> datetime:
    """The instant that `text` names; raises `error` when it names none."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise error from None
    if instant.tzinfo is None:
        raise error
    return instant
