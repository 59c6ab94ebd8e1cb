"""oneOf, anyOf, discriminators and inheritance."""

from __future__ import annotations

from typing import Any

from credkit_codegen import ir

from .support import Build, alias, document, fields, object_schema, schema


def kind(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": [value]}, **more}}


def discriminator(api: ir.Api, name: str) -> ir.Discriminator | None:
    found = schema(api, name)
    assert isinstance(found, ir.AliasSchema)
    assert isinstance(found.type, ir.Union)
    return found.type.discriminator


REFS = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]


def test_mapping_and_implicit_names(build: Build) -> None:
    plain = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    api = build(
        document(
            schemas={
                "Explicit": {
                    "oneOf": REFS,
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {"c": "Cat", "d": "#/components/schemas/Dog", "k": "Cat"},
                    },
                },
                "Implicit": {"oneOf": REFS, "discriminator": {"propertyName": "kind"}},
                "Cat": plain,
                "Dog": plain,
            }
        )
    )
    assert discriminator(api, "Explicit") == ir.Discriminator(
        property_name="kind", mapping=(("c", "Cat"), ("d", "Dog"), ("k", "Cat"))
    )
    assert discriminator(api, "Implicit") == ir.Discriminator(
        property_name="kind", mapping=(("Cat", "Cat"), ("Dog", "Dog"))
    )
    (prop,) = object_schema(api, "Cat").properties
    assert prop.type == ir.Enumeration(values=("c", "k", "Cat"), base=ir.ScalarKind.STRING, open=False)


def test_with_a_default_any_tag_means_a_variant(build: Build) -> None:
    told = {"propertyName": "kind", "mapping": {"cat": "Cat"}, "defaultMapping": "Dog"}
    plain = {"type": "object", "properties": {"kind": {"type": "string"}}}
    schemas = {"Pet": {"oneOf": REFS, "discriminator": told}, "Cat": kind("cat"), "Dog": plain}
    api = build({**document(schemas=schemas), "openapi": "3.2.0"})
    assert discriminator(api, "Pet") is None
    (prop,) = object_schema(api, "Dog").properties
    assert prop.type == ir.Scalar(kind=ir.ScalarKind.STRING)
    assert [note.reason for note in api.degraded] == [
        "a discriminator with a default; the variants are told by what they hold"
    ]


def test_a_tag_is_pinned_only_where_its_class_is_used_in_the_union_alone(build: Build) -> None:
    plain = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    one_of = {"oneOf": REFS, "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "Dog"}}}
    schemas = {"Pet": one_of, "Cat": plain, "Dog": plain}
    holder = {"type": "object", "properties": {"cat": REFS[0], "pets": {"type": "array", "items": one_of}}}
    answer = {
        "200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": REFS[0]}}}}
    }
    used_by = (
        document(schemas={**schemas, "Holder": holder}),
        document(schemas=schemas, paths={"/cats": {"get": {"operationId": "cats", "responses": answer}}}),
    )
    for text in used_by:
        api = build(text)
        assert discriminator(api, "Pet") is not None
        assert object_schema(api, "Cat").properties[0].type == ir.Scalar(kind=ir.ScalarKind.STRING)
        assert object_schema(api, "Dog").properties[0].type == ir.Enumeration(
            values=("dog",), base=ir.ScalarKind.STRING, open=False
        )
    listed = {**plain, "properties": {"kind": {"enum": ["cat", "lion"]}}}
    api = build(document(schemas={**schemas, "Holder": holder, "Cat": listed}))
    assert fields(api, "Cat")["kind*"] == "Literal['cat', 'lion']"
    constant = build(document(schemas={**schemas, "Holder": holder, "Cat": kind("cat")}))
    assert object_schema(constant, "Cat").properties[0].type == ir.Enumeration(
        values=("cat",), base=ir.ScalarKind.STRING, open=False
    )


def test_constants_tell_variants_apart_where_nothing_is_mapped(build: Build) -> None:
    inline = {"oneOf": [kind("cat"), kind("dog", bark={"type": "string"})], "discriminator": {"propertyName": "kind"}}
    api = build(document(schemas={"Pet": inline}))
    assert alias(api, "Pet") == "PetCat | PetDog"
    assert discriminator(api, "Pet") == ir.Discriminator(
        property_name="kind", mapping=(("cat", "PetCat"), ("dog", "PetDog"))
    )


def test_a_discriminator_that_a_variant_lacks_is_not_relied_on(build: Build) -> None:
    api = build(
        document(
            schemas={
                "Pet": {"oneOf": REFS, "discriminator": {"propertyName": "kind"}},
                "Cat": kind("cat"),
                "Dog": {"type": "object", "properties": {"bark": {"type": "string"}}},
            }
        )
    )
    assert alias(api, "Pet") == "Cat | Dog"
    assert discriminator(api, "Pet") is None


def test_inline_unions_with_a_discriminator_get_a_name(build: Build) -> None:
    owner = {
        "type": "object",
        "properties": {"pet": {"anyOf": [*REFS, {"type": "null"}], "discriminator": {"propertyName": "kind"}}},
    }
    api = build(document(schemas={"Owner": owner, "Cat": kind("cat"), "Dog": kind("dog")}))
    assert fields(api, "Owner") == {"pet": "OwnerPet | None"}
    assert alias(api, "OwnerPet") == "Cat | Dog"


def test_variants_are_combined_with_what_stands_beside_them(build: Build) -> None:
    api = build(
        document(
            schemas={
                "Payment": {
                    "type": "object",
                    "required": ["amount"],
                    "properties": {"amount": {"type": "integer"}},
                    "oneOf": [
                        {"$ref": "#/components/schemas/Card"},
                        {"title": "Cash", "properties": {"till": {"type": "string"}}},
                    ],
                },
                "Card": {"type": "object", "properties": {"number": {"type": "string"}}},
            }
        )
    )
    assert alias(api, "Payment") == "PaymentCard | PaymentCash"
    assert fields(api, "PaymentCard") == {"number": "str", "amount*": "int"}
    assert fields(api, "PaymentCash") == {"till": "str", "amount*": "int"}
    assert fields(api, "Card") == {"number": "str"}


def test_variants_that_only_restrict_are_left_out(build: Build) -> None:
    one = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    api = build(document(schemas={"A": one}))
    assert fields(api, "A") == {"a": "str", "b": "str"}
    assert not api.degraded


def test_parents_with_children_that_extend_them(build: Build) -> None:
    parent = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "id": {"type": "string"}},
              "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "Dog"}}}  # fmt: skip
    child = {
        "allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"name": {"type": "string"}}}]
    }
    api = build(
        document(
            schemas={
                "Pet": parent,
                "Cat": child,
                "Dog": child,
                "Owner": {"type": "object", "properties": {"pet": {"$ref": "#/components/schemas/Pet"}}},
            }
        )
    )
    assert alias(api, "Pet") == "Cat | Dog"
    assert fields(api, "Cat") == {"kind*": "Literal['cat']", "id": "str", "name": "str"}
    assert fields(api, "Owner") == {"pet": "Pet"}


def test_a_parent_that_is_one_of_its_own_kinds(build: Build) -> None:
    parent = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}},
              "discriminator": {"propertyName": "kind", "mapping": {"plain": "Pet", "cat": "Cat"}}}  # fmt: skip
    child = {
        "allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"name": {"type": "string"}}}]
    }
    api = build(document(schemas={"Pet": parent, "Cat": child}))
    assert alias(api, "Pet") == "PetBase | Cat"
    assert fields(api, "PetBase") == {"kind*": "Literal['plain']"}


def test_parents_that_list_their_children(build: Build) -> None:
    parent = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}, "oneOf": REFS, "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "Dog"}}}  # fmt: skip
    child = {
        "allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object", "properties": {"name": {"type": "string"}}}]
    }
    api = build(document(schemas={"Pet": parent, "Cat": child, "Dog": child}))
    assert alias(api, "Pet") == "Cat | Dog"
    assert fields(api, "Dog") == {"kind*": "Literal['dog']", "name": "str"}


def test_labels_do_not_depend_on_positions(build: Build) -> None:
    variants = [
        {"type": "string"},
        {"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "properties": {"b": {"type": "string"}}},
        {"type": "object", "title": "Last One", "properties": {"b": {"type": "string"}, "c": {"type": "string"}}},
    ]
    forward = build(document(schemas={"A": {"anyOf": variants}}))
    backward = build(document(schemas={"A": {"anyOf": variants[::-1]}}))
    assert alias(forward, "A") == "str | AWithA | AWithB | ALastOne"
    assert {item.name for item in forward.schemas} == {item.name for item in backward.schemas}


def test_many_combinations_are_cut_and_told(build: Build) -> None:
    choice = [{"type": "object", "properties": {f"p{n}": {"type": "string"}}} for n in range(8)]
    api = build(document(schemas={"A": {"oneOf": choice, "anyOf": choice}}))
    assert "64 combinations of variants" in api.degraded[0].reason


def test_variants_that_contradict_what_stands_beside_the_choice_are_none(build: Build) -> None:
    moment = {"oneOf": [{"type": "integer"}, {"type": "string", "format": "date-time"}]}
    count = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    api = build(
        document(
            schemas={
                "Base": {"type": "object", "properties": {"at": moment, "size": count, "odd": moment}},
                "Fork": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Base"},
                        {"properties": {"at": {"type": "string"}, "size": {"type": "number"}}},
                    ]
                },
            }
        )
    )
    assert fields(api, "Fork") == {"at": "datetime", "size": "int", "odd": "int | datetime"}
    assert api.degraded == ()


def test_a_choice_of_which_every_variant_contradicts_its_type_is_told(build: Build) -> None:
    schema = {"type": "boolean", "oneOf": [{"type": "integer"}, {"type": "string"}]}
    api = build(document(schemas={"A": {"type": "object", "properties": {"v": schema}}}))
    assert "at once" in api.degraded[0].reason
