"""Any text becomes a usable Python name."""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Callable

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit.runtime.models import Model
from credkit_codegen import names

MAKERS: list[Callable[[str], str]] = [
    names.field_name,
    names.argument_name,
    names.method_name,
    names.resource_name,
    names.module_name,
    names.class_name,
    names.resource_class_name,
    names.client_class_name,
    names.package_name,
]
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["", "class", "None", "_", "1", "+1", "-1", "self", "options", "schema", "model_config", "日本", "ﬁ", "ª", "ͺ"]
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("programId", "program_id"),
        ("HTTPServer", "http_server"),
        ("userIDs", "user_ids"),
        ("listOAuth2Tokens", "list_oauth2_tokens"),
        ("ifETag", "if_etag"),
        ("toAuthorize", "to_authorize"),
        ("hostIPv6", "host_ipv6"),
        ("iOSVersion", "ios_version"),
        ("sha256Hash", "sha256_hash"),
        ("filter.createdAt", "filter_created_at"),
        ("filter[id]", "filter_id"),
        ("X-Request-ID", "x_request_id"),
        ("@type", "type"),
        ("$ref", "ref"),
        ("+1", "plus_1"),
        ("-1", "minus_1"),
        ("", "empty"),
        ("*", "star"),
        ("2fa", "value_2fa"),
        ("class", "class_"),
        ("schema", "schema_"),
        ("date", "date_"),
        ("model_dump", "model_dump_"),
        ("What's", "whats"),
        ("ﬁeld", "field"),
        ("凭证 名", "凭证_名"),
    ],
)
def test_field_names(text: str, expected: str) -> None:
    assert names.field_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pet_status", "PetStatus"),
        ("HTTPValidationError", "HTTPValidationError"),
        ("ALL_CAPS", "AllCaps"),
        ("com.example.Pet", "ComExamplePet"),
        ("Page[Pet]", "PagePet"),
        ("bytes", "Bytes"),
        ("Field", "FieldSchema"),
        ("any", "AnySchema"),
        ("3DSecure", "Schema3DSecure"),
        ("none", "NoneSchema"),
    ],
)
def test_class_names(text: str, expected: str) -> None:
    assert names.class_name(text) == expected


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(MAKERS))
def test_every_text_becomes_an_identifier(text: str, make: Callable[[str], str]) -> None:
    name = make(text)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert unicodedata.normalize("NFKC", name) == name, "Python would read another name"
    assert not name.startswith("_"), "pydantic takes it for private"


@settings(max_examples=200)
@given(st.lists(TEXTS, max_size=12), st.sampled_from(MAKERS), st.randoms(use_true_random=False))
def test_unique_names_are_unique_and_do_not_depend_on_the_order(
    texts: list[str], make: Callable[[str], str], random: st.DataObject
) -> None:
    found = names.unique_names(texts, make)
    assert set(found) == set(texts)
    assert len(set(found.values())) == len(found)
    assert all(name.isidentifier() for name in found.values())
    shuffled = list(texts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert names.unique_names(shuffled, make) == found


def test_who_already_has_the_python_name_keeps_it() -> None:
    found = names.unique_names(
        ["@type", "Type", "type", "DateCreated>", "DateCreated<", "DateCreated"], names.field_name
    )
    assert found["type"] == "type"
    assert found["@type"] == "at_type"
    assert found["DateCreated"] == "date_created"
    assert (found["DateCreated<"], found["DateCreated>"]) == ("date_created_lt", "date_created_gt")


def test_configured_and_taken_names_are_respected() -> None:
    found = names.unique_names(["id", "ID"], names.argument_name, given={"ID": "id"}, taken={"id_2"})
    assert found["ID"] == "id"
    assert found["id"] not in {"id", "id_2"}


def test_model_attributes_are_those_of_the_libraries() -> None:
    public = {name for base in (pydantic.BaseModel, Model) for name in dir(base) if not name.startswith("_")}
    assert public <= names.MODEL_ATTRIBUTES, "a field of this name would hide a method of the model"


def test_no_model_is_called_like_a_class_of_python() -> None:
    own = {name for name in dir(builtins) if name[0].isupper() and name not in names.KEYWORDS}
    assert own <= names.BUILTIN_CLASSES, "an annotation before a model of this name would mean the class of Python"
    assert [names.model_name(name) for name in ("Warning", "time out error", "Warnings")] == [
        "WarningSchema",
        "TimeOutError",
        "Warnings",
    ]
    assert names.class_name("Warning") == "Warning", "a word of a longer name is free"


@pytest.mark.parametrize(
    ("plural", "expected"),
    [("recipients", "recipient"), ("Policies", "Policy"), ("boxes", "box"), ("addresses", "address"), ("status", "status"),
     ("analysis", "analysis"), ("news", "news"), ("is", "is"), ("data", "data"), ("matches", "match")],
)  # fmt: skip
def test_singular(plural: str, expected: str) -> None:
    assert names.singular(plural) == expected
