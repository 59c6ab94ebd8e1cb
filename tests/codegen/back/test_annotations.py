"""Types as annotations, in both readings."""

from __future__ import annotations

import pytest

from credkit_codegen import ir
from credkit_codegen.annotations import Annotator
from credkit_codegen.imports import Import, view_imports

from .apis import STRING, make_alias, make_object, make_property, scalar

CAT = make_object("Cat", make_property("kind"))
DOG = make_object("Dog", make_property("kind"))
PET = make_alias("Pet", ir.Union(variants=(ir.Named(name="Cat"), ir.Named(name="Dog"))))
MODE = make_alias("Mode", ir.Enumeration(values=("live",), base=ir.ScalarKind.STRING))
NOTHING = make_alias("Nothing", ir.NULL)
SCHEMAS = {schema.name: schema for schema in (CAT, DOG, PET, MODE, NOTHING)}


def either(*variants: ir.Type) -> ir.Union:
    return ir.Union(variants=variants)


def one_of(*values: str | int | float | bool, base: str = "string", is_open: bool = True) -> ir.Enumeration:
    return ir.Enumeration(values=values, base=ir.ScalarKind(base), open=is_open)


@pytest.mark.parametrize(
    ("type_", "value", "argument"),
    [
        (STRING, "str", "str"),
        (scalar("number"), "float | int", "float"),
        (scalar("date-time"), "datetime", "datetime"),
        (scalar("decimal"), "Decimal", "Decimal"),
        (scalar("binary"), "bytes", "FileInput"),
        (ir.ANY, "Any", "Any"),
        (ir.NULL, "None", "None"),
        (one_of("live", "test"), "Literal['live', 'test'] | OtherStr", "Literal['live', 'test'] | str"),
        (one_of("a", is_open=False), "Literal['a']", "Literal['a']"),
        (one_of(1, 2, base="integer"), "Literal[1, 2] | OtherInt", "Literal[1, 2] | int"),
        (one_of(1, 1.5, base="number"), "Literal[1] | OtherFloat", "Literal[1] | float"),
        (one_of(True, base="boolean", is_open=False), "Literal[True]", "Literal[True]"),
        (ir.Array(items=STRING), "list[str]", "Sequence[str]"),
        (ir.Map(values=ir.Array(items=STRING)), "dict[str, list[str]]", "Mapping[str, Sequence[str]]"),
        (ir.Tuple(prefix=(STRING, ir.NULL), rest=None), "tuple[str, None]", "tuple[str, None]"),
        (ir.Tuple(prefix=(STRING,), rest=scalar("integer")), "list[str | int]", "Sequence[str | int]"),
        (either(STRING, ir.NULL), "str | None", "str | None"),
        (either(ir.Named(name="Nothing"), ir.NULL), "None", "None"),
        (either(STRING, one_of("a")), "str | Literal['a']", "str | Literal['a']"),
        (either(one_of("a"), one_of("b")), "Literal['a', 'b'] | OtherStr", "Literal['a'] | str | Literal['b']"),
        (either(STRING, ir.Named(name="Mode")), "str | Literal['live']", "str | models.Mode"),
        (either(one_of("a"), ir.NULL), "Literal['a'] | OtherStr | None", "Literal['a'] | str | None"),
        (either(scalar("integer"), ir.Named(name="Mode")), "int | models.Mode", "int | models.Mode"),
        (either(ir.NULL, STRING, STRING), "str | None", "str | None"),
        (either(STRING, ir.ANY), "Any", "Any"),
        (either(STRING, ir.Named(name="Cat")), "str | models.Cat", "str | models.Cat"),
        (
            either(ir.Named(name="Cat"), ir.Named(name="Dog"), ir.NULL),
            "OneOf[models.Cat | models.Dog] | None",
            "models.Cat | models.Dog | None",
        ),
        (
            either(ir.Named(name="Cat"), ir.Named(name="Dog"), ir.Map(values=STRING)),
            "models.Cat | models.Dog | dict[str, str]",
            "models.Cat | models.Dog | Mapping[str, str]",
        ),
    ],
)
def test_a_type_is_annotated(type_: ir.Type, value: str, argument: str) -> None:
    assert Annotator(SCHEMAS, prefix="models.").annotate(type_).text == value
    assert Annotator(SCHEMAS, prefix="models.", argument=True).annotate(type_).text == argument


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (STRING, "Omittable[str]"),
        (either(STRING, ir.NULL), "str | None"),
        (ir.ANY, "Any"),
        (one_of("a"), "Omittable[Literal['a'] | OtherStr]"),
    ],
)
def test_an_optional_member_is_omittable_unless_null_is_allowed(type_: ir.Type, text: str) -> None:
    assert Annotator(SCHEMAS).optional(type_).text == text


def test_a_union_is_spelled_out_where_python_evaluates_it() -> None:
    annotation = Annotator(SCHEMAS, prefix="models.").evaluated(
        either(ir.Named(name="Cat"), ir.Named(name="Dog"), ir.NULL)
    )
    assert annotation.text == "models.Cat | models.Dog | UnknownVariant | None"
    assert Import("credkit.runtime.models", "OneOf") not in annotation.imports


def test_types_that_a_method_hides_are_written_in_full() -> None:
    annotation = Annotator(SCHEMAS, hidden={"list", "str"}).annotate(ir.Map(values=ir.Array(items=STRING)))
    assert annotation.text == "dict[builtins.str, builtins.list[builtins.str]]"
    assert Import("builtins") in annotation.imports


def test_imports_are_grouped_and_sorted() -> None:
    groups = view_imports(
        {
            Import("typing", "Any"),
            Import("collections.abc", "Sequence"),
            Import("json"),
            Import("credkit.runtime", "raw"),
            Import("credkit.runtime", "Unset"),
            Import("credkit.runtime", "UNSET"),
            Import(".client", "API"),
            Import(".", "models"),
            Import(".", "list", "_list"),
        }
    )
    assert groups == (
        ("import json", "from collections.abc import Sequence", "from typing import Any"),
        ("from credkit.runtime import UNSET, Unset, raw",),
        ("from . import list as _list", "from . import models", "from .client import API"),
    )


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (either(one_of("a"), ir.NULL), "None | Literal['a'] | OtherStr"),
        (either(one_of("a", is_open=False), ir.NULL), "Literal['a'] | None"),
        (one_of("a"), "Literal['a'] | OtherStr"),
        (either(STRING, ir.NULL), "str | None"),
    ],
)
def test_null_stands_first_where_pyright_evaluates_an_open_list(type_: ir.Type, text: str) -> None:
    assert Annotator(SCHEMAS).evaluated(type_).text == text
