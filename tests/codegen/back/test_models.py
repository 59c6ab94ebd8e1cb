"""Models as they come out: read back by pydantic, values unchanged, types told from each other."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from credkit.runtime.decode import Decoded, decode_body
from credkit.runtime.models import UnknownVariant, extras, to_plain
from credkit.runtime.operation import Content
from credkit_codegen import ir
from credkit_codegen.formatting import format_files
from credkit_codegen.models import generate_models
from credkit_codegen.render import Renderer

from .apis import STRING, make_alias, make_api, make_config, make_object, make_property, scalar

Load = Callable[..., ModuleType]


def named(name: str) -> ir.Named:
    return ir.Named(name=name)


def tag(*values: str, required: bool = True) -> ir.Property:
    type_ = ir.Enumeration(values=values, base=ir.ScalarKind.STRING, open=False) if values else STRING
    return make_property("kind", type_, required=required)


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Generate models.py for schemas and import it."""

    def run(*schemas: ir.Schema) -> ModuleType:
        (file,) = format_files(generate_models(make_api(schemas=schemas), make_config(), Renderer()))
        path = tmp_path / "generated_models.py"
        path.write_text(file.text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("generated_models", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["generated_models"] = module
        spec.loader.exec_module(module)
        return module

    return run


def read(type_: Any, json: str) -> Any:
    return TypeAdapter(type_).validate_json(json, by_alias=True, by_name=False)


def decode(type_: Any, value: object) -> Decoded:
    """Read an answer that holds `value`."""
    return decode_body(json.dumps(value).encode(), "application/json", (Content("application/json", lambda: type_),))


def test_wire_names_that_camel_case_does_not_give_are_aliases(load: Load) -> None:
    module = load(
        make_object(
            "Thing",
            make_property("program_id", api_name="programId"),
            make_property("batch_name", api_name="batchName"),
            make_property("odd", api_name='o"d\u2028{{ x }}'),
            make_property("snake_case", required=False),
        )
    )
    text = '{"programId": "p", "batchName": "b", "o\\"d\u2028{{ x }}": "o", "snake_case": "s", "new": 1}'
    thing = read(module.Thing, text)
    assert (thing.program_id, thing.batch_name, thing.odd, thing.snake_case) == ("p", "b", "o", "s")
    assert to_plain(thing) == {
        "programId": "p",
        "batchName": "b",
        'o"d\u2028{{ x }}': "o",
        "snake_case": "s",
        "new": 1,
    }
    assert to_plain(module.Thing(program_id="p", batch_name="b", odd="o"))["programId"] == "p"


def test_names_in_snake_case_need_no_alias_generator(load: Load) -> None:
    module = load(make_object("Thing", make_property("program_id"), make_property("batch_name")))
    source = Path(module.__file__ or "").read_text()
    assert "to_camel" not in source
    assert "alias" not in source
    assert read(module.Thing, '{"program_id": "p", "batch_name": "b"}').program_id == "p"


def test_absent_null_and_value_are_told_apart(load: Load) -> None:
    nullable = ir.Union(variants=(STRING, ir.NULL))
    module = load(
        make_object("Thing", make_property("note", required=False), make_property("tag", nullable, required=False))
    )
    assert to_plain(read(module.Thing, "{}")) == {}
    assert to_plain(read(module.Thing, '{"tag": null}')) == {"tag": None}
    with pytest.raises(ValidationError):
        read(module.Thing, '{"note": null}')


def test_a_tagged_union_is_told_by_its_tag(load: Load) -> None:
    mapping = (("cat", "Cat"), ("dog", "Dog"), ("hound", "Dog"))
    pet = ir.Union(
        variants=(named("Cat"), named("Dog")),
        discriminator=ir.Discriminator(property_name="kind", mapping=mapping),
    )
    module = load(
        make_object("Cat", tag("cat"), make_property("name")),
        make_object("Dog", tag("dog", "hound"), make_property("name")),
        make_alias("Pet", pet),
        make_object("Owner", make_property("pet", named("Pet"))),
    )
    source = Path(module.__file__ or "").read_text()
    assert 'discriminator="kind"' in source
    assert isinstance(read(module.Pet, '{"kind": "hound", "name": "x"}'), module.Dog)
    assert isinstance(read(module.Owner, '{"pet": {"kind": "cat", "name": "x"}}').pet, module.Cat)
    bird = read(module.Pet, '{"kind": "bird", "wings": 2}')
    assert isinstance(bird, UnknownVariant)
    assert to_plain(bird) == {"kind": "bird", "wings": 2}


def test_members_that_are_not_listed_have_their_type(load: Load) -> None:
    module = load(
        make_object("Price", make_property("amount", scalar("decimal")), make_property("since", scalar("date"))),
        make_object(
            "Prices", make_property("name"), additional=ir.Union(variants=(named("Price"), named("Prices"), ir.NULL))
        ),
        make_object("Labels", make_property("id_", api_name="id", required=False), additional=STRING),
    )
    price = {"amount": "0.10", "since": "2026-01-31", "new": 1}
    value = {"name": "x", "eur": price, "o'dd \u2028 {{ x }}": None, "model_dump": {"name": "y", "usd": price}}
    found = decode(module.Prices, value)
    assert found.drift == ()
    assert to_plain(found.value) == value
    more = extras(found.value)
    assert more["eur"].since == date(2026, 1, 31)
    assert extras(more["model_dump"])["usd"].amount == Decimal("0.10")
    more["gbp"] = module.Price(amount=Decimal("0.3"), since=date(2026, 1, 1))
    assert to_plain(found.value)["gbp"] == {"amount": "0.3", "since": "2026-01-01"}

    wrong = decode(module.Prices, {**value, "jpy": 7, "chf": {**price, "since": "soon"}})
    assert to_plain(wrong.value) == {**value, "jpy": 7, "chf": {**price, "since": "soon"}}
    assert {drift.pointer for drift in wrong.drift} == {"/*", "/*/since"}
    assert "soon" not in str(wrong.drift)
    assert type(extras(wrong.value)["eur"]) is module.Price

    assert to_plain(module.Labels(id_="1", team="a")) == {"id": "1", "team": "a"}
    with pytest.raises(ValidationError):
        module.Labels(team=1)
    assert extras(module.Price(amount=Decimal(1), since=date(2026, 1, 1))) == {}


@pytest.mark.parametrize("wire", ["kind", "@kind"])
@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
def test_a_union_knows_the_tags_that_its_variants_leave_open(load: Load, wire: str, required: bool) -> None:
    kind = make_property("kind", api_name=wire, required=required)
    mapping = (("cat", "Cat"), ("dog", "Dog"), ("hound", "Dog"))
    pet = ir.Union(
        variants=(named("Cat"), named("Dog"), ir.NULL),
        discriminator=ir.Discriminator(property_name=wire, mapping=mapping),
    )
    module = load(
        make_object("Cat", kind, make_property("name"), make_property("born", scalar("date"), required=False)),
        make_object("Dog", kind, make_property("name"), make_property("barks", STRING, required=False)),
        make_alias("Pet", pet),
        make_object("Owner", make_property("pet", named("Pet")), make_property("cat", named("Cat"))),
    )
    for value, variant in (("cat", "Cat"), ("dog", "Dog"), ("hound", "Dog")):
        found = read(module.Pet, json.dumps({wire: value, "name": "x", "born": "2020-01-31"}))
        assert type(found).__name__ == variant
        assert to_plain(found) == {wire: value, "name": "x", "born": "2020-01-31"}
        assert type(TypeAdapter(module.Pet).validate_python(found)).__name__ == variant
    assert read(module.Pet, "null") is None
    lion = {wire: "lion", "name": "x"}
    assert to_plain(read(module.Pet, json.dumps(lion))) == lion
    assert isinstance(read(module.Pet, json.dumps(lion)), UnknownVariant)
    decoded = decode(module.Owner, {"pet": {wire: "hound", "name": "x"}, "cat": lion})
    assert (type(decoded.value.pet), type(decoded.value.cat)) == (module.Dog, module.Cat)
    assert decoded.drift == ()
    wrong = decode(module.Owner, {"pet": {wire: "hound", "name": 1}, "cat": lion})
    assert type(wrong.value.pet) is module.Dog
    assert [drift.pointer for drift in wrong.drift] == ["/pet/name"]
    assert to_plain(module.Owner(pet=module.Dog(kind="hound", name="x"), cat=module.Cat(kind="lion", name="y"))) == {
        "pet": {wire: "hound", "name": "x"},
        "cat": {wire: "lion", "name": "y"},
    }
    untagged = read(module.Pet, '{"name": "x", "barks": "loudly"}')
    assert isinstance(untagged, UnknownVariant if required else module.Dog)
    assert TypeAdapter(module.Pet).json_schema()


@pytest.mark.parametrize(
    "variants",
    [
        (make_object("Cat", tag("a", required=False)), make_object("Dog", tag("b"))),
        (make_object("Cat", tag("a")), make_object("Dog", make_property("other"))),
        (make_object("Cat", tag("a")), make_object("Dog", tag("a"))),
    ],
    ids=["optional tag", "variant without tag", "one value twice"],
)
def test_a_union_whose_tag_does_not_tell_is_tried_variant_by_variant(
    load: Load, variants: tuple[ir.ObjectSchema, ...]
) -> None:
    discriminator = ir.Discriminator(property_name="kind", mapping=())
    pet = ir.Union(variants=(named("Cat"), named("Dog")), discriminator=discriminator)
    module = load(*variants, make_alias("Pet", pet))
    assert "discriminator" not in Path(module.__file__ or "").read_text()
    assert isinstance(read(module.Pet, '{"kind": "a", "other": "x"}'), module.Cat | module.Dog)


def test_aliases_stand_in_an_order_that_python_can_evaluate(load: Load) -> None:
    module = load(
        make_alias("Alpha", ir.Array(items=named("Beta"))),
        make_alias("Beta", ir.Map(values=named("Node"))),
        make_object("Node", make_property("children", named("Alpha"), required=False)),
        make_alias("Omega", named("Gamma")),
        make_alias("Gamma", ir.Enumeration(values=("a", "b"), base=ir.ScalarKind.STRING)),
    )
    value = '[{"x": {"children": [{"y": {}}]}}]'
    assert to_plain(read(module.Alpha, value)) == [{"x": {"children": [{"y": {}}]}}]
    assert read(module.Omega, '"c"') == "c"


def test_an_alias_may_refer_to_itself(load: Load) -> None:
    json = ir.Union(variants=(STRING, scalar("number"), ir.Array(items=named("Json")), ir.Map(values=named("Json"))))
    module = load(
        make_alias("Json", json), make_object("Holder", make_property("json_", named("Json"), api_name="json"))
    )
    assert read(module.Json, '[{"a": ["b", 1, 0.5]}]') == [{"a": ["b", 1, 0.5]}]
    assert read(module.Holder, '{"json": {"a": []}}').json_ == {"a": []}


def test_an_alias_may_refer_to_a_circle_of_aliases(load: Load) -> None:
    circle = ir.Union(variants=(STRING, named("Two"), named("Three")))
    module = load(
        make_alias("Every", circle),
        make_alias("Two", ir.Map(values=circle)),
        make_alias("Three", ir.Array(items=circle)),
    )
    assert read(module.Every, '{"a": ["b", {"c": []}]}') == {"a": ["b", {"c": []}]}


def test_classes_may_refer_to_each_other_in_a_circle(load: Load) -> None:
    module = load(
        make_object("A", make_property("b", named("B"), required=False)),
        make_object("B", make_property("a", named("A"), required=False)),
    )
    assert to_plain(read(module.A, '{"b": {"a": {"b": {}}}}')) == {"b": {"a": {"b": {}}}}


def test_descriptions_and_defaults_are_docstrings(load: Load) -> None:
    evil = 'Ends """ here\\"""\nimport os\r\u2028os.abort() {{ 7 * 7 }}"'
    module = load(
        make_object("Thing", make_property("a", description=evil, has_default=True, default=evil), description=evil),
        make_alias("Name", STRING, description=evil),
    )
    assert (module.Thing.__doc__ or "").split() == evil.split()
    assert not hasattr(module, "os")


def test_a_secret_is_not_shown(load: Load) -> None:
    module = load(make_object("Thing", make_property("token", secret=True), make_property("name")))
    thing = module.Thing(token="s3cret", name="n")
    assert "s3cret" not in repr(thing)
    assert "name='n'" in repr(thing)
    assert to_plain(thing) == {"token": "s3cret", "name": "n"}


def limited(kind: str, **limits: Any) -> ir.Scalar:
    return ir.Scalar(kind=ir.ScalarKind(kind), constraints=ir.Constraints(**limits))


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        (limited("string", min_length=2, max_length=3), '"ab"', '"a"'),
        (limited("string", pattern="^[a-z]+$"), '"ab"', '"AB"'),
        (limited("integer", minimum=1, maximum=5), "5", "6"),
        (limited("integer", exclusive_minimum=1), "2", "1"),
        (limited("integer", multiple_of=5), "10", "7"),
        (limited("number", minimum=0.5), "0.5", "0.25"),
        (limited("number", exclusive_maximum=1), "0.5", "1"),
        (ir.Array(items=STRING, constraints=ir.Constraints(min_items=1, max_items=2)), '["a"]', "[]"),
        (ir.Union(variants=(limited("string", max_length=1), ir.NULL)), "null", '"ab"'),
    ],
)
def test_bounds_of_the_document_hold(load: Load, type_: ir.Type, good: str, bad: str) -> None:
    module = load(
        make_object("Thing", make_property("a", type_), make_property("b", type_, api_name="odd b", required=False)),
        make_alias("Bounded", type_),
    )
    assert to_plain(read(module.Thing, f'{{"a": {good}, "odd b": {good}}}'))["a"] == json.loads(good)
    assert to_plain(read(module.Bounded, good)) == json.loads(good)
    for json_text, model in ((f'{{"a": {bad}}}', module.Thing), (f'{{"a": {good}, "odd b": {bad}}}', module.Thing)):
        with pytest.raises(ValidationError):
            read(model, json_text)
    with pytest.raises(ValidationError):
        read(module.Bounded, bad)


@pytest.mark.parametrize(
    "type_",
    [
        limited("string", pattern="(?=a)b"),
        limited("string", pattern="["),
        limited("string", pattern=r"^\W$"),
        limited("integer", maximum=10**30),
        limited("integer", minimum=0.5),
        limited("number", multiple_of=0.1),
        limited("date", min_length=100),
    ],
)
def test_bounds_that_would_be_read_otherwise_are_left_out(load: Load, type_: ir.Type) -> None:
    module = load(make_object("Thing", make_property("a", type_)))
    assert "Field(" not in Path(module.__file__ or "").read_text()


def test_numbers_stay_as_they_were(load: Load) -> None:
    module = load(make_object("Thing", make_property("n", scalar("number"))))
    for text in ("50", "0.5", "123456789012345678901234567890"):
        assert str(read(module.Thing, f'{{"n": {text}}}').n) == text


def test_names_that_look_like_pydantics_own_stay(load: Load) -> None:
    fields = ["schema_", "x1", "field", "class_", "äöü", "model", "type", "id", "self_"]
    module = load(
        make_object("Field_", *(make_property(field, api_name=f"w{field}") for field in fields)),
        make_object("field", make_property("a")),
        make_object("Class1_2", make_property("a")),
        make_object("ÄÖ", make_property("a")),
    )
    assert list(module.Field_.model_fields) == fields
    assert {"field", "Class1_2", "ÄÖ"} <= set(vars(module))
