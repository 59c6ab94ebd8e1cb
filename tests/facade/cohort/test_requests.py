"""From rows to requests: what a row says, and what makes it one that is not sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from credkit import IssueRequest, Organisation, Person
from credkit.cohort.columns import match_columns
from credkit.cohort.requests import Recipient, read_recipients
from credkit.cohort.rows import BadRow, read_columns

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)


def recipients(folder: Path, content: str, name: str = "cohort.csv", **known: str) -> list[Recipient | BadRow]:
    path = folder / name
    path.write_text(content, "utf-8")
    columns, _ = match_columns(read_columns(path), known, path=path)
    return list(read_recipients(path, columns, template="t", expires=UNTIL))


def only(folder: Path, content: str, **options: Any) -> IssueRequest:
    (found,) = recipients(folder, content, **options)
    assert isinstance(found, Recipient), found
    return found.request


def test_a_person(tmp_path: Path) -> None:
    request = only(
        tmp_path,
        "reference,given name,surname,email,did,expires,claims.grade,attributes.pronouns\n"
        " r1 , Zoe\u0308 ,Ångström,zoe@holder.example,did:web:zoe,2027-06-30,A,she\n",
    )
    assert request == IssueRequest(
        "t",
        Person("Zoë Ångström", "zoe@holder.example", id="did:web:zoe", attributes={"pronouns": "she"}),
        claims={"grade": "A"},
        expires=datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC),
        reference="r1",
    )


def test_what_a_row_leaves_out(tmp_path: Path) -> None:
    assert only(tmp_path, "name,email,expires,claims.grade\nAnn,,,\n") == IssueRequest(
        "t", Person("Ann"), expires=UNTIL
    )


def test_a_registration_number_makes_it_an_organisation(tmp_path: Path) -> None:
    request = only(tmp_path, "name,registration number,jurisdiction,legal form\nAcme,123,US-DE,Inc.\n")
    assert request.subject == Organisation("Acme", registration_number="123", jurisdiction="US-DE", legal_form="Inc.")


def test_claims_of_json_lines_keep_their_types(tmp_path: Path) -> None:
    request = only(
        tmp_path,
        '{"name": "Ann", "reference": 7, "claims.score": 1.50, "claims.tags": ["a", {"b": null}], "claims.ok": false}\n',
        name="cohort.jsonl",
    )
    assert request.reference == "7"
    assert request.claims == {"score": 1.5, "tags": ["a", {"b": None}], "ok": False}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",ann@holder.example,", "no name"),
        ("Ann,ann@holder.example;bo@holder.example,", "the e-mail address is not one address"),
        ("Ann,@holder.example,", "the e-mail address is not one address"),
        ("Ann,a b@holder.example,", "the e-mail address is not one address"),
        ("A\u202enn,ann@holder.example,", "'name': has a control character"),
        ('"Ann\nBcc: x",ann@holder.example,', "'name': has a control character"),
        (f"{'A' * 5000},ann@holder.example,", "'name': longer than 4,096 characters"),
        ("Ann,ann@holder.example,tomorrow", "expires: expected a date like 2027-06-30"),
        ("Ann,ann@holder.example,2027-06-30T12:00:00", "expires: expected a date like 2027-06-30"),
        ("Ann,ann@holder.example,2027-02-30", "expires: expected a date like 2027-06-30"),
    ],
)
def test_a_row_that_is_not_sent_says_why_and_not_who(tmp_path: Path, row: str, reason: str) -> None:
    found = recipients(tmp_path, f"name,email,expires\n{row}\nBo,bo@holder.example,\n")
    assert isinstance(found[0], BadRow)
    assert found[0].reason.startswith(reason)
    assert "holder" not in found[0].reason
    assert isinstance(found[1], Recipient)


def test_a_member_that_appears_late_is_not_lost_in_silence(tmp_path: Path) -> None:
    rows = '{"name": "Ann"}\n{"name": "Bo", "mail": "bo@holder.example"}\n{"name": "Cy", "grade": 1}\n'
    found = recipients(tmp_path, rows, name="c.jsonl")
    assert isinstance(found[1], Recipient)
    assert found[1].request.subject.email == "bo@holder.example"
    assert found[2] == BadRow(3, "the member 'grade' is not in the first row, and nobody knows what it is")


def test_two_members_of_one_meaning_are_not_guessed_between(tmp_path: Path) -> None:
    rows = '{"name": "Ann", "email": "a@holder.example"}\n{"name": "Bo", "email": "b@holder.example", "mail": "c@holder.example"}\n'
    assert recipients(tmp_path, rows, name="c.jsonl")[1] == BadRow(2, "'mail': email stands there twice")


def test_an_organisation_that_comes_late_is_one(tmp_path: Path) -> None:
    found = recipients(tmp_path, '{"name": "Ann"}\n{"name": "Acme", "registration_number": "1"}\n', name="c.jsonl")
    assert isinstance(found[1], Recipient)
    assert found[1].request.subject == Organisation("Acme", registration_number="1")


def test_what_a_credential_rests_on(tmp_path: Path) -> None:
    request = only(tmp_path, "name,evidence refs\nAcme,evidence:ev_1  evidence:ev_2\n")
    assert request.evidence == ("evidence:ev_1", "evidence:ev_2")
    listed = '{"name": "Acme", "evidence": ["evidence:ev_1", "page 7 of the register"]}\n'
    assert only(tmp_path, listed, name="c.jsonl").evidence == ("evidence:ev_1", "page 7 of the register")
    assert only(tmp_path, "name,evidence\nAcme,\n").evidence == ()
    assert only(tmp_path, '{"name": "Acme", "evidence": []}\n', name="c.jsonl").evidence == ()
    odd = '{"name": "Acme", "evidence": {"id": 1}}\n{"name": "Acme", "evidence": ["a", null]}\n'
    assert recipients(tmp_path, odd, name="c.jsonl") == [BadRow(at, "'evidence': expected a text") for at in (1, 2)]


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    found = recipients(tmp_path, '{"name": {"first": "Ann"}}\n', name="c.jsonl")
    assert found == [BadRow(1, "'name': expected a text")]


def test_no_repr_shows_somebody(tmp_path: Path) -> None:
    found = recipients(tmp_path, "name,email\nAnn Canary,canary@holder.example\n")
    assert "anary" not in repr(found)
