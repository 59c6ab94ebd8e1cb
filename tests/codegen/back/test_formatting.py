"""black judges what ruff formats: whatever our templates print comes out as black would leave it."""

from __future__ import annotations

import difflib
import os
from pathlib import Path, PurePosixPath

import black
import pytest
from black.mode import Mode, TargetVersion
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit_codegen import formatting, ir
from credkit_codegen.config import default_config
from credkit_codegen.files import GeneratedFile
from credkit_codegen.formatters import Formatter
from credkit_codegen.formatting import LARGE as MUCH_PYTHON
from credkit_codegen.formatting import NotFormatted, choose_formatter, format_files, format_python
from credkit_codegen.package import generate_package
from credkit_codegen.pipeline import Target, generate
from credkit_codegen.profile import Profile

from .apis import (
    make_alias,
    make_api,
    make_body,
    make_media,
    make_object,
    make_operation,
    make_parameter,
    make_property,
    make_response,
    scalar,
)

SHARED = Path(__file__).resolve().parents[4] / "shared" / "corpus"
LARGE = 100_000
DOCUMENTS = [
    path
    for path in sorted(SHARED.glob("*.[jy]*"))
    if path.suffix in (".json", ".yaml") and (path.stat().st_size < LARGE or os.environ.get("CREDKIT_SOAK"))
]
MODE = Mode(line_length=120, target_versions={TargetVersion.PY311})


def as_black_leaves_it(name: str, text: str) -> None:
    expected = black.format_str(text, mode=MODE)
    assert expected == text, "".join(
        difflib.unified_diff(text.splitlines(keepends=True), expected.splitlines(keepends=True), name, "black")
    )


def judge(files: tuple[GeneratedFile, ...]) -> None:
    for file in files:
        if file.is_python:
            as_black_leaves_it(str(file.path), file.text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_whole_documents(document: Path, tmp_path: Path) -> None:
    generate(Target(spec=document, out=tmp_path, package="credkit_whole", formatter=Formatter.RUFF))
    for path in sorted(tmp_path.rglob("*.py")):
        as_black_leaves_it(str(path), path.read_text())


# Long enough to cross every limit of a line, and short of where black puts an annotation in parentheses for its name's length.
WORDS = st.lists(st.sampled_from(["item", "billing", "x", "configuration", "of_the_day"]), min_size=1, max_size=7)
SNAKE = WORDS.map("_".join)
CLASS = WORDS.map(lambda words: "".join(word.replace("_", "").capitalize() for word in words))
TEXT = st.text(st.sampled_from("ab \"'\\\n{}%é"), max_size=150)
VALUES = st.lists(TEXT, min_size=1, max_size=6, unique=True).map(tuple)
NAMED = st.sampled_from(["Alpha", "BetaOfTheConfigurationOfTheBillingItemOfTheDay", "Gamma", "Delta"])


def types() -> st.SearchStrategy[ir.Type]:
    leaves: st.SearchStrategy[ir.Type] = st.one_of(
        st.sampled_from(["string", "integer", "number", "date-time", "any", "null"]).map(scalar),
        VALUES.map(lambda values: ir.Enumeration(values=values, base=ir.ScalarKind.STRING)),
        NAMED.map(lambda name: ir.Named(name=name)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda items: ir.Array(items=items)),
            inner.map(lambda values: ir.Map(values=values)),
            st.lists(inner, min_size=2, max_size=4).map(lambda variants: ir.Union(variants=tuple(variants))),
        ),
        max_leaves=6,
    )


@st.composite
def apis(draw: st.DrawFn) -> ir.Api:
    """An operation, a class and an alias with names, types and texts of any length."""
    queries = draw(st.lists(SNAKE, max_size=4, unique=True))
    members = draw(st.lists(SNAKE, max_size=4, unique=True))
    flags = st.booleans()
    parameters = [make_parameter(f"q_{name}", "query", type=draw(types()), required=draw(flags)) for name in queries]
    fields = [
        make_property(f"m_{name}", draw(types()), required=draw(flags), description=draw(TEXT), api_name=draw(SNAKE))
        for name in members
    ]
    responses = [make_response(status, make_media(draw(types()))) for status in draw(st.sampled_from(RESPONSES))]
    body = make_body(make_media(draw(types())), required=draw(flags)) if draw(flags) else None
    operation = make_operation(
        draw(SNAKE),
        "POST" if body else "GET",
        "/credentials",
        name=draw(SNAKE),
        description=draw(TEXT),
        summary=draw(TEXT),
        parameters=tuple(parameters),
        body=body,
        responses=tuple(responses),
    )
    shared = [make_object(name, make_property("a")) for name in ("Alpha", "Gamma", "Delta")]
    shared.append(make_object("BetaOfTheConfigurationOfTheBillingItemOfTheDay", make_property("b")))
    own = make_object(f"O{draw(CLASS)}", *fields, description=draw(TEXT))
    alias = make_alias(f"A{draw(CLASS)}", draw(types()), description=draw(TEXT))
    return make_api(operations=(operation,), schemas=(*shared, own, alias))


RESPONSES = [("200",), ("200", "404"), ("200", "4XX", "default"), ("204",)]


@settings(max_examples=400 if os.environ.get("CREDKIT_SOAK") else 50, deadline=None)
@given(api=apis())
def test_names_types_and_texts_of_any_length(api: ir.Api) -> None:
    judge(generate_package(api, default_config("credkit_drawn"), Profile(), Formatter.RUFF).files)


@pytest.mark.parametrize("formatter", [Formatter.BLACK, Formatter.RUFF])
def test_blocks_of_markdown_are_formatted_and_the_rest_is_kept(formatter: Formatter) -> None:
    files = (
        GeneratedFile(PurePosixPath("a/one.py"), "x = {'a':1}\n"),
        GeneratedFile(PurePosixPath("README.md"), "```python\nx=1\n```\n\n    'kept'\n\n```python\ny=2\n```\n"),
        GeneratedFile(PurePosixPath("a/py.typed"), ""),
        GeneratedFile(PurePosixPath("a/two.py"), "x = {'b':2}\n"),
    )
    assert [file.text for file in format_files(files, formatter)] == [
        'x = {"a": 1}\n',
        "```python\nx = 1\n```\n\n    'kept'\n\n```python\ny = 2\n```\n",
        "",
        'x = {"b": 2}\n',
    ]


def test_what_is_not_python_is_refused() -> None:
    with pytest.raises(NotFormatted, match=r"1\.py"):
        format_python(["x = 1\n", "x = = 1\n"], Formatter.RUFF)
    with pytest.raises(NotFormatted, match="1:4"):
        format_python(["x = 1\n", "x = = 1\n"], Formatter.BLACK)


def test_nothing_to_format_is_fine() -> None:
    assert format_python([], Formatter.RUFF) == format_python([], Formatter.BLACK) == []


def test_black_formats_what_it_can_in_a_moment_and_ruff_the_rest() -> None:
    small = (
        GeneratedFile(PurePosixPath("a/one.py"), "x = 1\n"),
        GeneratedFile(PurePosixPath("a/b.json"), " " * MUCH_PYTHON),
    )
    large = (*small, GeneratedFile(PurePosixPath("a/two.py"), "x = 1\n" * (MUCH_PYTHON // 6)))
    assert choose_formatter(small) is Formatter.BLACK
    assert choose_formatter(large) is Formatter.RUFF
    assert choose_formatter(large, Formatter.BLACK) is Formatter.BLACK
    assert choose_formatter(small, Formatter.RUFF) is Formatter.RUFF


def test_blacks_own_processes_do_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"x = {{'a':1, 'n': {number}}}\n" * (number + 1) for number in range(5)]
    alone = format_python(texts, Formatter.BLACK)
    monkeypatch.setattr(formatting, "MUCH", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert format_python(texts, Formatter.BLACK) == alone
