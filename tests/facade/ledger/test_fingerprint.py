"""Fences: equal exactly when two requests mean the same credential."""

from __future__ import annotations

import base64
import hmac
import json
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit import IssueRequest, Organisation, Person
from credkit.ledger.fingerprint import Fingerprints, canonical
from credkit.ledger.records import subject_of

PRINTS = Fingerprints(b"k" * 32)
TEXTS = st.text(alphabet='ab|,"[]\\\0 ', max_size=4)
ALICE = Person("Alice Johnson", "alice@example.com")


def fence(subject: Any, **claims: Any) -> bytes:
    return PRINTS.fence("a", "t", None, subject_of(IssueRequest("t", subject, claims=claims)))


@settings(max_examples=200)
@given(first=st.tuples(TEXTS, TEXTS, TEXTS), second=st.tuples(TEXTS, TEXTS, TEXTS))
def test_parts_do_not_run_into_each_other(first: tuple[str, str, str], second: tuple[str, str, str]) -> None:
    fences = [PRINTS.fence(*one, None) for one in (first, second)]
    assert (fences[0] == fences[1]) == (first == second)
    assert {len(one) for one in fences} == {24}


@given(parts=st.tuples(st.text(), st.text(), st.text()), key=st.binary(min_size=32, max_size=200))
def test_a_fence_is_that_of_the_ledgers_that_there_are(parts: tuple[str, str, str], key: bytes) -> None:
    text = json.dumps(["reference", list(parts)], separators=(",", ":"))
    digest = hmac.digest(key, text.encode(), "sha256")
    assert Fingerprints(key).fence(*parts, None) == base64.b64encode(digest[:18])


def test_a_reference_decides_alone() -> None:
    assert PRINTS.fence("a", "t", "enrol-1", ALICE) == PRINTS.fence("a", "t", "enrol-1", None)


def test_a_reference_is_never_the_fence_of_a_subject() -> None:
    assert PRINTS.fence("a", "t", "x", None) != PRINTS.fence("a", "t", None, "x")


@pytest.mark.parametrize(
    "same",
    [
        Person(" Alice  Johnson ", "alice@example.com"),
        Person("Alice Johnson", "Alice@Example.COM"),
        Person(unicodedata.normalize("NFD", "Alice Johnson"), "alice@example.com\n"),
        Person("\ufeffAl\u200bice Johnson\u200d", "alice@\u2060example.com\u00ad"),
    ],
)
def test_what_spreadsheets_change_makes_nobody_new(same: Person) -> None:
    assert fence(same) == fence(ALICE)


def test_letters_that_are_seen_count() -> None:
    assert fence(Person("Zo\u200be\u0308")) == fence(Person("Zoë")) != fence(Person("Zoe"))
    assert fence(Person("\u0646\u0627\u0645\u0647\u200c\u0627\u06cc")) != fence(Person("\u0646\u0627\u0645\u0647"))


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert fence(Person("Zoë")) == fence(Person("Zoe\u0308"))


@pytest.mark.parametrize(
    "other",
    [
        Person("Alice Jonson", "alice@example.com"),
        Person("alice johnson", "alice@example.com"),
        Person("Alice Johnson", "alice@example.org"),
        Person("Alice Johnson", "alice@example.com", id="did:example:1"),
        Person("Alice Johnson", "alice@example.com", attributes={"born": "1990"}),
        Organisation("Alice Johnson", email="alice@example.com"),
    ],
)
def test_somebody_else_is_somebody_else(other: Any) -> None:
    assert fence(other) != fence(ALICE)


def test_claims_count_whatever_their_order() -> None:
    assert fence(ALICE, score="1", grade="A") == fence(ALICE, grade="A", score="1")
    assert fence(ALICE, score="1") != fence(ALICE, score="2") != fence(ALICE)


def test_values_that_a_claim_can_have() -> None:
    plain = canonical({"on": date(2025, 5, 1), "share": Decimal("0.50"), "list": (1, True, None, "a  b")})
    assert plain == {"on": "2025-05-01", "share": "0.50", "list": [1, True, None, "a b"]}
    with pytest.raises(TypeError, match="object"):
        canonical(object())
    with pytest.raises(TypeError, match="names"):
        canonical({1: "x"})


def test_another_key_another_fence() -> None:
    other = Fingerprints(b"x" * 32)
    assert other.fence("a", "t", "r", None) != PRINTS.fence("a", "t", "r", None)
    assert len({PRINTS.check(), other.check(), PRINTS.api_key("credkit ledger")}) == 3
    assert "kkk" not in repr(PRINTS)
