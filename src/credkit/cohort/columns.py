"""Which column of a file is which part of a request.

Names that mean one thing are recognised ("E-mail", "Full name"). The rest is asked for once, by the command line, and kept in
`credkit-columns.toml`, one line a column, so that next month's cohort with the same columns is not asked about again.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import CohortError
from .files import write_whole

COLUMNS_FILE = "credkit-columns.toml"
IGNORED = ""
"""What a column stands for that is not sent."""

FIELDS = {
    "reference": "the application's own key of this credential",
    "name": "name of the person or organisation",
    "given_name": "first part of a person's name",
    "family_name": "second part of a person's name",
    "email": "e-mail address",
    "id": "the subject's identifier, for example a DID",
    "expires": "when the credential ends: 2027-06-30 or 2027-06-30T12:00:00Z",
    "registration_number": "an organisation's registration number",
    "jurisdiction": "where an organisation is registered",
    "legal_form": "an organisation's legal form",
    "evidence": "references to the documents that the credential rests on, as the vendor names them",
}
"""The parts of a request that a column can be; `claims.<name>` and `attributes.<name>` besides."""

OF_ORGANISATIONS = frozenset({"registration_number", "legal_form"})
"""Fields that only an organisation has."""

OF_TEMPLATES = frozenset(
    {
        "template",
        "templateid",
        "credentialtemplate",
        "credentialtype",
        "programme",
        "programmeid",
        "program",
        "programid",
    }
)
"""What columns are called, without spaces, that say which template a row is of: no field, as a cohort has one template."""

ONE_TEMPLATE = "a cohort has one template, the one of --template: to issue from several, make a file for each"

_OTHERS = re.compile(r"(claims|attributes)\..+", re.DOTALL)
_SPELLINGS = {
    "name": ("fullname", "recipientname", "holdername", "learnername", "studentname"),
    "given_name": ("firstname", "forename"),
    "family_name": ("lastname", "surname"),
    "email": ("emailaddress", "mail", "mailaddress", "recipientemail"),
    "reference": ("ref",),
    "id": ("subjectid", "did"),
    "expires": ("expiry", "expirydate", "expirationdate", "expiresat", "validuntil"),
    "registration_number": ("companynumber", "registrationno"),
    "jurisdiction": (),
    "legal_form": (),
    "evidence": ("evidencerefs",),
}
_RECOGNISED = {
    spelling: field for field, spellings in _SPELLINGS.items() for spelling in (re.sub("[^a-z]", "", field), *spellings)
}


@dataclass(frozen=True, slots=True)
class Columns:
    """`fields` says what each column of the file is: a name of `FIELDS`, `claims.<name>`, `attributes.<name>` or `IGNORED`."""

    fields: Mapping[str, str]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns that are not sent."""
        return tuple(column for column, field in self.fields.items() if field == IGNORED)

    @property
    def organisation(self) -> bool:
        """Whether the rows are about organisations: a registration number or a legal form says so."""
        return not OF_ORGANISATIONS.isdisjoint(self.fields.values())


def names_template(name: str) -> bool:
    """Whether a column, or what somebody wants it to be, is called as templates are."""
    return _plain(name) in OF_TEMPLATES


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def recognise(column: str) -> str | None:
    """The field that a column's name means without doubt, or None."""
    name = column.strip()
    if _OTHERS.fullmatch(name):
        return name
    return _RECOGNISED.get(_plain(name))


def match_columns(names: Iterable[str], known: Mapping[str, str], *, path: Path) -> tuple[Columns, tuple[str, ...]]:
    """The columns that are `known` (from the command line or the saved file) or recognised, and the names that nobody knows.

    Raises:
        CohortError: two columns are the same field, or one is no field at all.
    """
    fields: dict[str, str] = {}
    unknown: list[str] = []
    for name in names:
        field = known.get(name, recognise(name))
        if field is None:
            unknown.append(name)
            field = IGNORED
        check_field(field, name, path=path)
        if field != IGNORED and field in fields.values():
            other = next(column for column, taken in fields.items() if taken == field)
            raise CohortError(
                f"the columns {other!r} and {name!r} are both {field!r}",
                path=path,
                line=1,
                help=f"say which one with --column {name!r}=… or {name!r}= to leave it out",
            )
        fields[name] = field
    return Columns(fields), tuple(unknown)


def check_field(field: str, column: str, *, path: Path | None = None) -> None:
    """Raises `CohortError` unless `field` is something that a column can be."""
    if field != IGNORED and field not in FIELDS and not _OTHERS.fullmatch(field):
        raise CohortError(
            f"the column {column!r} cannot be {field!r}",
            path=path,
            line=None if path is None else 1,
            help=ONE_TEMPLATE if names_template(field) else f"one of {', '.join(FIELDS)}, claims.NAME, attributes.NAME",
        )


def load_columns(path: Path) -> dict[str, str]:
    """The saved columns; nothing when the file is not there.

    Raises:
        CohortError: the file is not what `save_columns` writes.
    """
    try:
        saved = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CohortError(
            f"cannot be read: {error}", path=path, help="mend the file or remove it: it is asked for again"
        ) from None
    columns = saved.get("columns", {})
    if (
        set(saved) - {"columns"}
        or not isinstance(columns, dict)
        or not all(isinstance(field, str) for field in columns.values())
    ):
        raise CohortError('expected [columns] with lines like "E-mail" = "email"', path=path)
    for column, field in columns.items():
        check_field(field, column, path=path)
    return dict(columns)


def save_columns(path: Path, columns: Mapping[str, str]) -> None:
    """Add `columns` to the file: sorted, one line each. A JSON text is a TOML text, apart from the character DEL."""
    merged = {**load_columns(path), **columns}
    lines = [f"{_text(column)} = {_text(field)}\n" for column, field in sorted(merged.items())]
    write_whole(
        path,
        '# What the columns of cohort files are; "" leaves one out. Asked for once by `credkit plan`.\n[columns]\n'
        + "".join(lines),
    )


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
