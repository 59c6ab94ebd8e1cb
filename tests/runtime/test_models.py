"""Models keep what the document did not foresee, tell absent from null, and show no values in errors."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from credkit.runtime import UNSET, Unset
from credkit.runtime.models import (
    Model,
    Notes,
    Omittable,
    OneOf,
    OtherInt,
    OtherStr,
    Secret,
    UnknownVariant,
    members_of,
    to_json,
    to_plain,
)

from .json_values import objects, text, values
from .vendor import BATCH, Account, Batch, Card, Recipient


class Open(Model):
    mode: Literal["live", "test"] | OtherStr
    level: Literal[1, 2] | OtherInt | None = None
    amount: Omittable[float | int] = None
    anything: Any = None


class Holder(Model):
    either: OneOf[Card | Account]
    plain: Card | Account | UnknownVariant | None = None
    tagged: Omittable[OneOf[Annotated[Card | Account, Field(discriminator="kind")]]] = None


def _wire(model: type[Model], data: object) -> Any:
    return model.from_json(json.dumps(data))


def test_unset_is_one_falsy_object_after_copy_and_pickle() -> None:
    assert not UNSET
    assert isinstance(UNSET, Unset)
    assert repr(UNSET) == str(UNSET) == "UNSET"
    assert copy.copy(UNSET) is copy.deepcopy([UNSET])[0] is pickle.loads(pickle.dumps(UNSET)) is UNSET


def test_absent_and_null_are_told_apart() -> None:
    absent, null = _wire(Batch, BATCH), _wire(Batch, {**BATCH, "note": None})
    assert absent.note is None
    assert null.note is None
    assert "note" not in absent.model_fields_set
    assert "note" in null.model_fields_set
    assert "note" not in json.loads(absent.to_json())
    assert json.loads(null.to_json())["note"] is None


def test_a_member_that_may_not_be_null_takes_no_null() -> None:
    with pytest.raises(ValidationError, match="description"):
        _wire(Batch, {**BATCH, "description": None})
    with pytest.raises(ValidationError, match=r"recipient_id|recipientId"):
        Recipient(name="A", email="a@example.com", recipient_id=None)
    assert Recipient(name="A", email="a@example.com").recipient_id is None


def test_a_python_name_on_the_wire_never_fills_a_member() -> None:
    batch = _wire(Batch, {**BATCH, "batch_id": "other"})
    assert batch.batch_id == "batch_1"
    assert json.loads(batch.to_json())["batch_id"] == "other"
    with pytest.raises(ValidationError, match="batchId"):
        _wire(Batch, {key: value for key, value in BATCH.items() if key != "batchId"} | {"batch_id": "x"})


def test_users_write_python_names_or_wire_names() -> None:
    assert Recipient(name="A", email="a@x", recipient_id="r") == Recipient.model_validate(
        {"name": "A", "email": "a@x", "recipientId": "r"}
    )


@given(extra=objects, mode=text, level=st.integers(), anything=values)
def test_unknown_members_and_enum_values_survive_the_round_trip(
    extra: dict[str, Any], mode: str, level: int, anything: Any
) -> None:
    data = {**extra, "mode": mode, "level": level, "anything": anything}
    data.pop("amount", None)
    assert json.loads(_wire(Open, data).to_json()) == data


@given(variant=st.dictionaries(text, values, max_size=4), kind=text)
def test_unknown_variants_survive_the_round_trip(variant: dict[str, Any], kind: str) -> None:
    data = {"either": {**variant, "kind": f"x{kind}"}, "tagged": {**variant, "kind": f"x{kind}"}}
    holder = _wire(Holder, data)
    assert type(holder.either) is UnknownVariant
    assert type(holder.tagged) is UnknownVariant
    assert json.loads(holder.to_json()) == data


@given(st.integers(-(10**60), 10**60) | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_stay_what_they_are(number: float) -> None:
    back = _wire(Open, {"mode": "live", "amount": number}).amount
    assert type(back) is type(number)
    assert back == number


def test_known_variants_come_before_the_unknown_one() -> None:
    card = {"kind": "card", "number": "4", "new": 1}
    holder = _wire(Holder, {"either": card, "plain": {"kind": "account", "iban": "I"}, "tagged": card})
    assert [type(holder.either), type(holder.plain), type(holder.tagged)] == [Card, Account, Card]
    assert holder.either.model_extra == {"new": 1}


@pytest.mark.parametrize(
    ("data", "noted"),
    [
        ({"mode": "live", "level": 1}, False),
        ({"mode": "live", "unknown": {"a": 1}}, False),
        ({"mode": "new"}, True),
        ({"mode": "test", "level": 9}, True),
    ],
)
def test_only_unknown_values_are_noted(data: dict[str, Any], noted: bool) -> None:
    notes = Notes()
    Open.model_validate_json(json.dumps(data), strict=True, by_alias=True, by_name=False, context=notes)
    assert notes.noted is noted


def test_a_known_variant_is_not_noted() -> None:
    notes = Notes()
    adapter = TypeAdapter(OneOf[Card | Account])
    adapter.validate_python({"kind": "card", "number": "4"}, context=notes)
    assert not notes.noted
    adapter.validate_python({"kind": "coin"}, context=notes)
    assert notes.noted


def test_a_nullable_union_knows_its_variants_first() -> None:
    class Maybe(Model):
        either: OneOf[Card | Account | None] = None

    notes = Notes()
    for data in ({"either": {"kind": "card", "number": "4"}}, {"either": None}):
        Maybe.model_validate_json(json.dumps(data), strict=True, context=notes)
    assert not notes.noted
    assert type(_wire(Maybe, {"either": {"kind": "x"}}).either) is UnknownVariant


def test_errors_and_reprs_hide_what_may_be_secret() -> None:
    canary = "canary@example.com"
    with pytest.raises(ValidationError) as caught:
        _wire(Batch, {**BATCH, "batchId": {"e": canary}, "issuedAt": canary})
    assert canary not in str(caught.value)
    recipient = Recipient.model_validate({"name": "A", "email": canary, "offer": canary})
    assert canary not in repr(recipient)
    assert canary not in str(recipient)
    assert "offer=…" in repr(recipient)


def test_to_json_writes_models_inside_of_plain_values() -> None:
    value = {
        "when": datetime(2025, 1, 1, tzinfo=UTC),
        "price": Decimal("1.10"),
        "people": (Recipient(name="A", email="a@x"),),
        "none": None,
    }
    assert json.loads(to_json(value)) == {
        "when": "2025-01-01T00:00:00Z",
        "price": "1.10",
        "people": [{"name": "A", "email": "a@x"}],
        "none": None,
    }
    assert to_plain(value)["people"] == [{"name": "A", "email": "a@x"}]


def test_to_json_keeps_the_words_nan_and_infinity_in_text() -> None:
    assert to_json(["NaN", "Infinity"]) == b'["NaN","Infinity"]'


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (float("nan"), "the value"),
        ({"a": [1, {"b": float("inf")}]}, "/a/1/b"),
        ({"a": UNSET}, "/a: this UNSET"),
        ([object()], "/0: this object"),
        ({"a": "\ud800"}, "/a: this str"),
        ({"a": b"\xff"}, "/a: this bytes"),
        (Open.model_construct(mode="live", anything=float("nan")), "/anything"),
    ],
)
def test_to_json_says_where_a_value_has_no_json_form(value: object, place: str) -> None:
    with pytest.raises(ValueError, match="has no JSON form") as caught:
        to_json(value)
    assert place in str(caught.value)


def test_to_json_refuses_a_cycle_and_a_tower_without_crashing() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    tower: Any = 1
    for _ in range(100_000):
        tower = [tower]
    for value in (cycle, tower):
        with pytest.raises(ValueError, match="no JSON form"):
            to_json(value)
    while isinstance(tower, list):  # take it down by hand: its destructor would recurse
        tower = tower.pop()


def test_members_of_gives_wire_names_and_untouched_values() -> None:
    recipient = Recipient.model_validate({"name": "A", "email": "a@x", "recipientId": "r", "more": b"bytes"})
    assert members_of(recipient) == {"name": "A", "email": "a@x", "recipientId": "r", "more": b"bytes"}


class Linked(Model):
    links: Omittable[str] = Field(None, alias="_links")
    note: str | None = None


@pytest.mark.parametrize(
    "sent", [{"links": 5}, {"links": None}, {"links": 5, "_links": "x"}, {"links": 5, "note": None}, {"note": None}]
)
@pytest.mark.parametrize("within", [lambda item: item, lambda item: [{"deep": item}]], ids=["alone", "within"])
def test_an_unknown_member_with_the_python_name_of_a_field_adds_nothing(sent: dict[str, Any], within: Any) -> None:
    read = Linked.from_json(json.dumps(sent))
    assert members_of(read).keys() == sent.keys()
    assert to_plain(within(read)) == within(sent)


def test_secret_marks_a_field() -> None:
    class Token(Model):
        value: Annotated[str, Secret]

    assert repr(Token(value="s3cret")) == "Token()"
    assert Token(value="s3cret").to_json() == b'{"value":"s3cret"}'
