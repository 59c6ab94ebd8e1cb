"""An answer that contradicts the document is still returned, and says where it does, never with what."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from credkit.runtime import UNSET, Content
from credkit.runtime.decode import UndecodableBody, decode_body
from credkit.runtime.drift import Drift, DriftFound
from credkit.runtime.models import Model, Omittable, OneOf, OtherStr, UnknownVariant

from .json_values import values
from .vendor import BATCH, Batch, Card, Recipient


class Tree(Model):
    name: str
    children: Omittable[list[Tree]] = None
    best: OneOf[Tree | Card] | None = None


class Wide(Model):
    model_config = ConfigDict(alias_generator=to_camel)

    required: int
    count: Omittable[Annotated[int, Field(ge=0)]] = None
    pair: Omittable[tuple[int, str]] = None
    row: Omittable[tuple[int, ...]] = None
    table: Omittable[dict[str, dict[str, int]]] = None
    few: Omittable[Annotated[list[int], Field(max_length=2)]] = None
    day: Omittable[date] = None
    id: Omittable[UUID] = None
    either: Omittable[int | list[str]] = None
    untagged: Omittable[OneOf[Recipient | Card]] = None
    odd_name: Annotated[Omittable[str], Field(alias="a/b~c")] = None
    closed: Omittable[Literal["a", "b"]] = None


def _read(type_: Any, value: object, *, strict: bool = False) -> tuple[Any, dict[str, str]]:
    content = Content("application/json", lambda: type_)
    decoded = decode_body(json.dumps(value).encode(), "application/json", (content,), strict=strict)
    return decoded.value, {drift.pointer: drift.got_type for drift in decoded.drift}


def test_what_fits_is_typed_and_what_does_not_is_kept_as_it_came() -> None:
    batch, drift = _read(Batch, {**BATCH, "batchName": 5, "issuedAt": "tomorrow", "recipients": [{"name": "B"}, 7]})
    assert (batch.batch_id, batch.batch_name, batch.issued_at) == ("batch_1", 5, "tomorrow")
    assert isinstance(batch.recipients[0], Recipient)
    assert getattr(batch.recipients[0], "email") is UNSET  # noqa: B009 (its declared type is not what it holds)
    assert batch.recipients[1] == 7
    assert drift == {
        "/batchName": "integer",
        "/issuedAt": "string",
        "/recipients/0/email": "absent",
        "/recipients/1": "integer",
    }


def test_a_missing_member_is_unset_and_not_sent_back() -> None:
    batch, drift = _read(Batch, {})
    assert batch.batch_id is UNSET
    assert batch.description is None
    assert json.loads(batch.to_json()) == {}
    assert set(drift.values()) == {"absent"}


def test_an_unknown_enum_value_is_reported_once_with_its_place() -> None:
    batch, drift = _read(Batch, {**BATCH, "mode": "sandbox"})
    assert batch.mode == "sandbox"
    assert isinstance(batch.issued_at, datetime)
    assert drift == {"/mode": "string"}


def test_an_open_enum_beside_a_type_that_takes_the_value_is_no_drift() -> None:
    class Theme(Model):
        colour: Annotated[str, Field(pattern="^#")] | Literal["primary"] | OtherStr
        size: float | int | Literal["NaN"] | OtherStr | Literal["Infinity"]
        either: Omittable[list[Literal["a"] | OtherStr] | list[str]] = None

    for data in ({"colour": "#0A0b1c", "size": "Infinity"}, {"colour": "primary", "size": 1, "either": ["b", "a"]}):
        theme, drift = _read(Theme, data)
        assert drift == {}
        assert json.loads(theme.to_json()) == data
    assert _read(Theme, {"colour": "blue", "size": "huge"})[1] == {"/colour": "string", "/size": "string"}


def test_an_unknown_variant_is_reported_and_a_known_one_keeps_its_type_despite_drift() -> None:
    unknown, drift = _read(Batch, {**BATCH, "payment": {"kind": "coin", "x": 1}})
    assert isinstance(unknown.payment, UnknownVariant)
    assert unknown.payment.model_extra == {"kind": "coin", "x": 1}
    assert drift == {"/payment": "object"}
    known, drift = _read(Batch, {**BATCH, "payment": {"kind": "card", "number": 5}})
    assert isinstance(known.payment, Card)
    assert drift == {"/payment/number": "integer"}


class Once(Model):
    order_type: Annotated[Literal["once"], Field(alias="orderType")]
    mode: Omittable[Literal["live"] | OtherStr] = None


class Again(Model):
    order_type: Annotated[Literal["again"], Field(alias="orderType")]


def test_a_tag_with_a_wire_name_of_its_own_still_tells_the_variant() -> None:
    union = OneOf[Annotated[Once | Again, Field(discriminator="order_type")]]
    order, drift = _read(union, {"orderType": "once", "mode": "rehearsal"})
    assert isinstance(order, Once)
    assert drift == {"/mode": "string"}


def test_an_untagged_union_is_told_by_its_members() -> None:
    wide, drift = _read(Wide, {"required": 1, "untagged": {"name": "A", "email": 5}})
    assert isinstance(wide.untagged, Recipient)
    assert drift == {"/untagged/email": "integer"}
    wide, drift = _read(Wide, {"required": 1, "untagged": {"something": "else"}})
    assert isinstance(wide.untagged, UnknownVariant)
    assert drift == {"/untagged": "object"}


@pytest.mark.parametrize(
    ("member", "value", "pointers"),
    [
        ("count", "5", {"/count": "string"}),
        ("count", True, {"/count": "boolean"}),
        ("count", -1, {"/count": "integer"}),
        ("count", None, {"/count": "null"}),
        ("count", 2.5, {"/count": "number"}),
        ("pair", [1, 2], {"/pair/1": "integer"}),
        ("pair", [1], {"/pair": "array"}),
        ("row", [1, "a", 2], {"/row/1": "string"}),
        ("row", {}, {"/row": "object"}),
        ("table", {"alice@example.com": {"x": "y"}}, {"/table/*/*": "string"}),
        ("table", {"alice@example.com": 1}, {"/table/*": "integer"}),
        ("few", [1, 2, 3], {"/few": "array"}),
        ("few", [1, "2"], {"/few/1": "string"}),
        ("day", "2025-05-21T00:00:00Z", {"/day": "string"}),
        ("day", 1702632883, {"/day": "integer"}),
        ("id", 5, {"/id": "integer"}),
        ("either", "x", {"/either": "string"}),
        ("either", [1], {"/either/0": "integer"}),
        ("a/b~c", 1, {"/a~1b~0c": "integer"}),
        ("closed", "c", {"/closed": "string"}),
    ],
)
def test_every_kind_of_contradiction_has_its_place(member: str, value: Any, pointers: dict[str, str]) -> None:
    data = {"required": 1, member: value}
    wide, drift = _read(Wide, data)
    assert drift == pointers
    assert json.loads(wide.to_json()) == data
    with pytest.raises(DriftFound):
        _read(Wide, data, strict=True)


def test_members_that_are_not_listed_but_typed_are_read_too() -> None:
    class Typed(Model):
        __pydantic_extra__: dict[str, Recipient]
        known: int

    typed, drift = _read(Typed, {"known": 1, "a": {"name": "A", "email": "e"}, "b": {"name": "B"}, "c": 5})
    assert isinstance(typed.a, Recipient)
    assert isinstance(typed.b, Recipient)
    assert typed.c == 5
    assert drift == {"/*/email": "absent", "/*": "integer"}


def test_an_integer_that_is_written_with_a_point_is_an_integer() -> None:
    wide, drift = _read(Wide, {"required": 50.0})
    assert type(wide.required) is int
    assert drift == {}


class Noted(Model):
    """Like what many vendors have: a member that is called as a part of pydantic's schemas is."""

    kind: Literal["noted"]
    metadata: Omittable[Tree] = None
    type: Omittable[Literal["a"] | OtherStr] = None


class Other(Model):
    kind: Literal["other"]
    metadata: Omittable[Tree] = None


def test_members_may_be_called_as_the_parts_of_a_schema() -> None:
    value = {"kind": "noted", "metadata": {"name": "t", "children": [{"name": 5}]}, "type": "b"}
    read, drift = _read(list[OneOf[Noted | Other]], [value])
    assert isinstance(read[0], Noted)
    assert isinstance(read[0].metadata, Tree)
    assert drift == {"/0/metadata/children/0/name": "integer", "/0/type": "string"}


def test_recursive_types_are_read_tolerantly() -> None:
    tree, drift = _read(Tree, {"name": "a", "children": [{"name": "b", "best": {"name": 5}}, {"children": []}]})
    assert isinstance(tree.children[0].best, Tree)
    assert drift == {"/children/0/best/name": "integer", "/children/1/name": "absent"}


def test_a_deep_value_that_does_not_fit_ends_in_a_value_or_a_typed_error() -> None:
    deep: Any = {"name": 5}
    for _ in range(150):
        deep = {"name": "x", "best": deep}
    try:
        tree, drift = _read(Tree, deep)
    except UndecodableBody:
        return
    assert isinstance(tree, Tree)
    assert drift


def test_a_large_wrong_answer_is_read_in_bounded_work() -> None:
    rows = [{"name": index, "best": {"name": index}} for index in range(5_000)]
    tree, drift = _read(Tree, {"name": "x", "children": rows})
    assert len(tree.children) == 5_000
    assert 0 < len(drift) <= 1_000


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "required",
                "count",
                "pair",
                "row",
                "table",
                "few",
                "day",
                "id",
                "either",
                "untagged",
                "a/b~c",
                "closed",
                "new",
            ]
        ),
        values,
    )
)
def test_whatever_comes_nothing_is_lost_and_what_differs_is_reported(data: dict[str, Any]) -> None:
    wide, drift = _read(Wide, data)
    assert isinstance(wide, Wide)
    assert json.loads(wide.to_json()) == data
    if "required" not in data:
        assert drift["/required"] == "absent"


def test_reports_never_hold_a_value() -> None:
    canary = "canary@example.com"
    decoded = decode_body(
        json.dumps(
            {"required": canary, "table": {canary: {canary: canary}}, "closed": canary, canary: canary}
        ).encode(),
        "application/json",
        (Content("application/json", lambda: Wide),),
    )
    assert len(decoded.drift) == 3
    assert canary not in repr(decoded.drift) + "".join(map(str, decoded.drift)) + str(DriftFound(decoded.drift))


def test_a_report_reads_well() -> None:
    assert (
        str(Drift("/data/mode", "one of 'live', 'test'", "string"))
        == "/data/mode: expected one of 'live', 'test', got string"
    )
    decoded = decode_body(
        b'{"required": 1, "few": [1,2,3]}', "application/json", (Content("application/json", lambda: Wide),)
    )
    assert str(decoded.drift[0]) == "/few: expected array of length at most 2, got array"
    many = DriftFound(tuple(Drift(f"/{index}", "string", "null") for index in range(9)))
    assert "and 4 more" in str(many)
    assert len(many.drift) == 9
