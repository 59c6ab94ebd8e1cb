"""A member that is misspelt in Python is an error that names the right one; what comes from the wire is kept all the same."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from credkit.runtime.models import Model, UnknownVariant, extras


class Recipient(Model):
    model_config = ConfigDict(alias_generator=to_camel)

    name: str
    email_address: Annotated[str | None, Field(alias="mail")] = None
    phone_number: str | None = None


def test_a_misspelt_member_is_named_with_its_neighbour() -> None:
    with pytest.raises(
        TypeError, match=r"Recipient has no member 'nmae'; did you mean 'name'\?.*Recipient\.model_validate"
    ):
        Recipient(nmae="Alice")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_a_member_that_is_like_no_other_is_refused_too() -> None:
    with pytest.raises(TypeError, match=r"no member 'shoe_size'; A member that the document does not list"):
        Recipient(name="Alice", shoe_size=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("name", ["email_address", "mail", "phone_number", "phoneNumber"])
def test_python_names_and_wire_names_are_members(name: str) -> None:
    assert len(Recipient(**{"name": "Alice", name: "x"}).model_fields_set) == 2


def test_data_may_hold_what_nobody_documented() -> None:
    given = {"name": "Alice", "nmae": "x"}
    assert Recipient.model_validate(given).model_extra == {"nmae": "x"}
    assert Recipient.from_json('{"name": "Alice", "nmae": "x"}').model_extra == {"nmae": "x"}
    assert Recipient.model_construct(None, **given).model_extra == {"nmae": "x"}


def test_where_nothing_is_documented_anything_may_be_given() -> None:
    anything: type[Any] = UnknownVariant
    assert anything(name="Alice").model_extra == {"name": "Alice"}


def test_what_is_no_name_is_not_shown() -> None:
    with pytest.raises(TypeError, match="no member of that name"):
        Recipient(**{"alice@example.com": "x"})


class Labels(Recipient):
    __pydantic_extra__: dict[str, str] = Field(init=False)


class Tags(Labels):
    owner: str


def test_where_members_of_any_name_have_a_type_any_name_may_be_given() -> None:
    members: dict[str, Any] = {"name": "Alice", "owner": "Bob", "team": "a"}
    for model in (Labels, Tags):
        assert extras(model(**members))["team"] == "a"
        with pytest.raises(ValidationError, match="team"):
            model(**{**members, "team": 1})
