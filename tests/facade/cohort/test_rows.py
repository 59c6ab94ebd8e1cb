"""Files as people have them: spreadsheets' CSV, JSON Lines, and both broken."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from credkit.cohort.errors import CohortError
from credkit.cohort.rows import BadRow, Row, read_columns, read_rows
from credkit.cohort.sealed import seal


def write(folder: Path, content: str | bytes, name: str = "cohort.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path: Path) -> list[tuple[int, object]]:
    return [(row.line, dict(row.cells) if isinstance(row, Row) else row.reason) for row in read_rows(path)]


def test_a_csv_with_everything_that_spreadsheets_do(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        b'\xef\xbb\xbfreference; name ;note\r\na1;"O\'Brien; ""Bo""";"two\r\nlines"\r\n\r\n;;\r\na2;Zo\xc3\xab;\r\n',
    )
    assert read_columns(path) == ("reference", "name", "note")
    assert cells(path) == [
        (2, {"reference": "a1", "name": 'O\'Brien; "Bo"', "note": "two\r\nlines"}),
        (6, {"reference": "a2", "name": "Zoë", "note": ""}),
    ]


@pytest.mark.parametrize(("separator", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_the_separator_is_seen_in_the_header(tmp_path: Path, separator: str, name: str) -> None:
    path = write(tmp_path, f"reference{separator}name\n1{separator}{name}\n")
    assert cells(path) == [(2, {"reference": "1", "name": name})]


def test_a_bad_row_does_not_end_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, 'reference,name\n1,Ann\n2,Bo,surplus\n3\n4,"Cy"x\n5,Di\n')
    rows = list(read_rows(path))
    assert [(type(row), row.line) for row in rows] == [(Row, 2), (BadRow, 3), (BadRow, 4), (BadRow, 5), (Row, 6)]
    assert rows[1] == BadRow(3, "expected 2 cells, as in the header; got 3")


def test_json_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"name": "Ann", "claims.score": 3}\n\n[1]\n{"name": "a", "name": "b"}\n{"x": NaN}\n{"name": "Bo"}\n',
        "cohort.jsonl",
    )
    assert [row.line for row in read_rows(path)] == [1, 3, 4, 5, 6]
    assert cells(path)[0] == (1, {"name": "Ann", "claims.score": 3})
    assert [row for row in read_rows(path) if isinstance(row, BadRow)] == [
        BadRow(3, "expected a JSON object on a line of its own"),
        BadRow(4, "a member stands there twice"),
        BadRow(5, "expected a JSON object on a line of its own"),
    ]
    assert read_columns(path) == ("name", "claims.score")


def test_deeply_nested_json_is_a_bad_row(tmp_path: Path) -> None:
    path = write(tmp_path, "[" * 100_000 + "\n" + '{"name": "Ann"}\n', "cohort.jsonl")
    assert [type(row) for row in read_rows(path)] == [BadRow, Row]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"name\nJos\xe9\n", 2, "expected UTF-8; byte 4 of the line is not"),
        ("name\n".encode("utf-16"), 1, "expected UTF-8; this is UTF-16"),
        (b"name,name\n", 1, "the column 'name' stands there twice"),
        (b"name,,email\n", 1, "column 2 has no name"),
        (b"", 1, "expected a header"),
        (b"Ann,ann@holder.example\n", 1, "the first line holds an e-mail address, so it is a row and no header"),
        (b'"name\n', 1, "the header cannot be read"),
        (b"name\n" + b"x" * (1 << 21), 2, "a line of more than 1,048,576 bytes"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_what(tmp_path: Path, content: bytes, line: int, says: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(CohortError, match=says) as caught:
        list(read_rows(path))
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{path}:{line}: ")


@pytest.mark.parametrize(
    "member",
    [
        '"reference": "r\\ud800"',
        '"claims.note": {"deep": ["\\uDC00"]}',
        '"claims.\\udfff": 1',
        '"reference": "\\ude00\\ud83d"',
    ],
)
def test_half_a_character_is_no_text(tmp_path: Path, member: str) -> None:
    path = write(tmp_path, f'{{"name": "Ann", {member}}}\n{{"name": "Bo \\ud83d\\ude00"}}\n', "cohort.jsonl")
    bad, good = read_rows(path)
    assert bad == BadRow(1, "has one half of a character (\\ud800 to \\udfff without its other half)")
    assert isinstance(good, Row)
    assert good.cells == {"name": "Bo \N{GRINNING FACE}"}
    assert read_columns(path) == ("name",)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for read in (seal, read_columns, lambda path: list(read_rows(path))):
        with pytest.raises(CohortError, match="cannot be read: No such file or directory"):
            read(tmp_path / "absent.csv")


def test_rows_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "cohort.csv"
    with path.open("w") as file:
        file.write("reference,name,email\n")
        file.writelines(f"ref-{number},Person {number},person{number}@holder.example\n" for number in range(20_000))
    tracemalloc.start()
    assert sum(1 for _ in read_rows(path)) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
