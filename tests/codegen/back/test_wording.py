"""Words of the wire in texts become Python's where it is certain what they mean, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from credkit_codegen import ir
from credkit_codegen.config import Config, OperationConfig, PackageConfig
from credkit_codegen.wording import in_python

from .apis import make_alias, make_media, make_object, make_operation, make_parameter, make_property, make_response

SOURCE = ir.Source(page="page", basis="documented")
CONFIG = Config(package=PackageConfig(name="demo", client="Demo"))
OFFER = make_object(
    "Offer",
    make_property("offer_uri", api_name="offerUri"),
    make_property("is_valid", ir.Scalar(kind=ir.ScalarKind.BOOLEAN), api_name="isValid"),
    make_property("from_", api_name="from"),
    make_property("kind_of", ir.Named(name="Kind"), api_name="kindOf"),
    make_property("list_pets", api_name="listPets"),
    make_property("two_names", api_name="twoNames"),
    source=SOURCE,
)
OTHER = make_object(
    "Other", make_property("elsewhere_only", api_name="elsewhereOnly"), make_property("other_name", api_name="twoNames")
)
KIND = make_alias("Kind", ir.Enumeration(values=("createdAt", "b"), base=ir.ScalarKind.STRING))
BODY = make_object("Body", make_property("pet_id", api_name="petId"), make_property("created_at", api_name="createdAt"))


def said(text: str, *, config: Config = CONFIG, source: ir.Source | None = SOURCE, **more: Any) -> str | None:
    """What becomes of a text of an operation that answers with an offer."""
    operation = make_operation(
        "getOffer",
        "GET",
        "/offers/{offerId}",
        name="get",
        resource="offers",
        description=text,
        source=source,
        parameters=(make_parameter("offer_id", "path", api_name="offerId"),),
        responses=(make_response("200", make_media(ir.Named(name="Offer"))),),
    )
    others = tuple(
        make_operation(id_, "GET", f"/{id_}", name="find", resource="pets", named=id_ != "getUnnamed")
        for id_ in ("listPets", "issueAll", "list", "getUnnamed", "createdAt")
    )
    api = replace(API, schemas=(OFFER, OTHER, KIND, BODY), operations=(replace(operation, **more), *others))
    return in_python(api, config).operations[0].description


API = ir.Api(
    title="Demo", version="1", summary=None, description=None, docs_url=None, servers=(), schemes=(),
    resources=(ir.Resource(name="offers", class_name="Offers", module="offers", description="See `issueAll`."),),
    operations=(), webhooks=(), schemas=(),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call `issueAll` first.", "Call `client.pets.find` first."),
        ("Pass `offerUri` on; wait until `isValid: true`.", "Pass `offer_uri` on; wait until `is_valid: true`."),
        ("The `offerId` of a list.", "The `offer_id` of a list."),
    ],
)
def test_what_is_certain_is_said_in_python(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "offerUri and issueAll without backticks",
        "``offerUri`",
        "`offerUri``",
        "```offerUri```",
        "``more than offerUri``",
        "```\n`x`offerUri\n```",
        "`twoNames`",  # two names in Python
        "`elsewhereOnly`",  # not of this operation
        "`from` and `list`",  # plain words
        "`listPets`",  # an operation and a member
        "`createdAt`",  # a value of an enumeration
        "`getUnnamed`",  # an id of ours
        "`Offer`",
        "`data.offerUri`, `offerUri()`, `offerUri: maybe`, `issueAll: true`",
        "`unknownWord`",
    ],
)
def test_what_is_not_certain_stays(text: str) -> None:
    assert said(text) == text


@pytest.mark.parametrize("word", ["offerUri", "isValid: true", "issueAll", "unknownWord"])
def test_a_word_between_two_backticks_stays_and_needs_only_one(word: str) -> None:
    assert (
        said(f"The page has ``{word}``, we have `issueAll`.") == f"The page has `{word}`, we have `client.pets.find`."
    )


def test_members_are_taken_from_texts_by_our_conventions_only() -> None:
    """In others `offerUri` may be what a filter is written with."""
    text, expected = "`offerUri`, `issueAll`", "`offerUri`, `client.pets.find`"
    assert said(text, source=None) == expected
    assert said(text, config=replace(CONFIG, overlays=(Path("overlay.yaml"),))) == expected


def test_a_name_that_two_arguments_share_stays() -> None:
    body = ir.RequestBody(
        required=True, description=None, content=(make_media(ir.Named(name="Body")),), location=OFFER.location
    )
    parameters = (make_parameter("pet_id", "query", api_name="petId"),)
    assert said("`petId`", parameters=parameters) == "`pet_id`"
    assert said("`petId`", parameters=parameters, body=body) == "`petId`"


def test_an_argument_that_the_configuration_renames_stays() -> None:
    config = replace(CONFIG, operations={"getOffer": OperationConfig(name="offers.get", arguments={"offerUri": "uri"})})
    assert said("`offerUri`", config=config) == "`offerUri`"


def test_texts_of_everything() -> None:
    offer = replace(
        OFFER,
        description="Holds `offerUri`.",
        properties=(*OFFER.properties, make_property("qr", description="Not `offerUri`; see `issueAll`.")),
    )
    operation = make_operation(
        "issueAll",
        "POST",
        "/offers",
        name="issue",
        resource="offers",
        summary="`issueAll` it",
        source=SOURCE,
        parameters=(make_parameter("id", "query", description="As `offerUri`."),),
        responses=(make_response("200", make_media(ir.Named(name="Offer")), description="With `isValid`."),),
    )
    api = replace(API, description="Begin with `issueAll`.", schemas=(offer, KIND), operations=(operation,))
    found = in_python(api, CONFIG)
    assert found.description == "Begin with `client.offers.issue`."
    assert found.resources[0].description == "See `client.offers.issue`."
    (told,) = found.operations
    assert told.summary == "`client.offers.issue` it"
    assert told.parameters[0].description == "As `offer_uri`."
    assert told.responses[0].description == "With `is_valid`."
    schema = found.schemas[0]
    assert isinstance(schema, ir.ObjectSchema)
    assert schema.description == "Holds `offer_uri`."
    assert schema.properties[-1].description == "Not `offer_uri`; see `client.offers.issue`."


def test_what_does_not_change_is_the_same_object() -> None:
    api = replace(API, schemas=(OFFER, KIND), operations=(make_operation("a", "GET", "/a", description="`b`"),))
    found = in_python(api, CONFIG)
    assert all(new is old for new, old in zip(found.operations, api.operations, strict=True))
    assert all(new is old for new, old in zip(found.schemas, api.schemas, strict=True))
