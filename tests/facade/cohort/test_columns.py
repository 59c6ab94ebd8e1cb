"""What the columns mean: recognised, said once, kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from credkit.cohort.columns import COLUMNS_FILE, load_columns, match_columns, recognise, save_columns
from credkit.cohort.errors import CohortError

CSV = Path("cohort.csv")


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("E-Mail", "email"),
        ("email_address", "email"),
        (" Full Name ", "name"),
        ("Surname", "family_name"),
        ("valid until", "expires"),
        ("claims.Grade", "claims.Grade"),
        ("attributes.pronouns", "attributes.pronouns"),
        ("Student ID", None),
        ("claims.", None),
        ("notes", None),
    ],
)
def test_names_that_mean_one_thing(column: str, field: str | None) -> None:
    assert recognise(column) == field


def test_what_is_said_goes_before_what_is_recognised() -> None:
    columns, unknown = match_columns(
        ["Name", "Student ID", "Campus"], {"Student ID": "reference", "Name": ""}, path=CSV
    )
    assert columns.fields == {"Name": "", "Student ID": "reference", "Campus": ""}
    assert columns.ignored == ("Name", "Campus")
    assert unknown == ("Campus",)


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(CohortError, match="'Mail' and 'E-mail' are both 'email'"):
        match_columns(["Mail", "E-mail"], {}, path=CSV)


def test_a_meaning_that_is_none() -> None:
    with pytest.raises(CohortError, match=r"the column 'Mail' cannot be 'adress'\nhelp: one of reference, name"):
        match_columns(["Mail"], {"Mail": "adress"}, path=CSV)


@pytest.mark.parametrize("field", ["template", "Programme", "program_id"])
def test_no_column_says_which_template(field: str) -> None:
    with pytest.raises(
        CohortError, match=f"cannot be '{field}'\nhelp: a cohort has one template, the one of --template"
    ):
        match_columns(["Course"], {"Course": field}, path=CSV)


def test_what_was_said_is_kept(tmp_path: Path) -> None:
    path = tmp_path / COLUMNS_FILE
    assert load_columns(path) == {}
    odd = 'Größe "m"\n\\ \x7f\u2028'
    save_columns(path, {odd: "claims.size", "Campus": ""})
    save_columns(path, {"Campus": "claims.campus"})
    assert load_columns(path) == {odd: "claims.size", "Campus": "claims.campus"}
    assert [line.partition(" = ")[0] for line in path.read_text("utf-8").split("\n")[2:4]] == [
        '"Campus"',
        '"Größe \\"m\\"\\n\\\\ \\u007f\u2028"',
    ]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", ["[columns", "[columns]\na = 1\n", "columns = 3\n", "[other]\n", '[columns]\nA = "adress"\n']
)
def test_a_file_that_somebody_broke_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / COLUMNS_FILE
    path.write_text(content)
    with pytest.raises(CohortError):
        load_columns(path)
