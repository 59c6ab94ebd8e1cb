"""Text of a document becomes Python source and stays what it was."""

from __future__ import annotations

import ast
import tomllib

import black
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit_codegen.ir import JSON
from credkit_codegen.literals import (
    Source,
    UnsafeText,
    call,
    docstring,
    literal,
    markdown,
    name,
    prose,
    toml_key_value,
    toml_string,
    tuple_of,
)

NASTY = [
    '"""',
    "'''",
    '\\"""',
    "\\",
    "\\\\",
    'ends in a quote"',
    '"starts with one',
    '"',
    '""',
    "a\rb",
    "a\nb",
    "a\u2028b",
    "a\u2029b\x85c",
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\ud800",
    "{{ 7 * 7 }}{% raw %}{# #}",
    "{x!r}",
    "%(x)s",
    "\\N{DEL}",
    "\\x41\\u0041",
    "\t tab",
    "import os",
    "# -*- coding: latin-1 -*-",
    "é漢字🙂",
    "",
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON_VALUES)
def test_a_literal_is_its_value(value: JSON) -> None:
    assert repr(ast.literal_eval(literal(value))) == repr(value)


@pytest.mark.parametrize("text", NASTY)
def test_a_string_literal_stays_on_one_line_and_printable(text: str) -> None:
    source = literal(text)
    assert ast.literal_eval(source) == text
    assert source.isprintable()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_a_value_without_a_literal_is_refused(value: JSON) -> None:
    with pytest.raises(UnsafeText):
        literal(value)


@pytest.mark.parametrize("text", ["a b", "a-b", "class", "a.", "", "a\nb", "os.system('x')", "1a"])
def test_a_name_is_an_identifier(text: str) -> None:
    with pytest.raises(UnsafeText):
        name(text)


def test_calls_and_tuples_are_put_together() -> None:
    assert call("Server", literal("https://x"), enum=tuple_of([literal("a")])) == "Server('https://x', enum=('a',))"


def docstring_after_black(text: str, indent: int) -> str:
    """The docstring that a reader of the formatted module finds."""
    pad = " " * indent
    lines = "".join(f"{' ' * depth}class C:\n" for depth in range(0, indent, 4))
    module = black.format_str(f"{lines}{pad}{docstring(text, indent)}\n", mode=black.Mode(line_length=120))
    node: ast.AST = ast.parse(module)
    for _ in range(indent // 4):
        assert isinstance(node, ast.Module | ast.ClassDef)
        node = node.body[0]
    assert isinstance(node, ast.Module | ast.ClassDef)
    assert len(node.body) == 1
    return ast.get_docstring(node) or ""


@pytest.mark.parametrize("indent", [0, 4, 8])
@pytest.mark.parametrize("text", NASTY)
def test_a_docstring_says_what_the_text_says(text: str, indent: int) -> None:
    assert docstring_after_black(text, indent).split() == prose(text).split()


@given(st.text(), st.sampled_from([0, 4, 8]))
def test_any_text_survives_as_a_docstring(text: str, indent: int) -> None:
    assert docstring_after_black(text, indent).split() == prose(text).split()


def test_lines_of_a_paragraph_are_filled_again_only_where_one_is_too_long() -> None:
    short = "one\ntwo"
    long = f"{'word ' * 30}\nend"
    assert docstring(short, 4) == '"""one\n    two\n    """'
    filled = ast.literal_eval(docstring(long, 4)).splitlines()
    assert [line.strip() for line in filled if line.strip()] == [
        " ".join(["word"] * 23),
        " ".join([*["word"] * 7, "end"]),
    ]


def test_lists_and_indented_lines_keep_their_shape() -> None:
    text = f"Says:\n\n- {'item ' * 30}\n- two\n\n    code  with   blanks"
    lines = ast.literal_eval(docstring(text)).splitlines()
    assert lines[2].startswith("- item")
    assert lines[3].startswith("  item")
    assert "- two" in lines
    assert "    code  with   blanks" in lines


def test_a_long_line_of_a_quotation_stays_in_it() -> None:
    lines = ast.literal_eval(docstring(f"> {'word ' * 30}\n> * {'item ' * 30}")).split("\n")
    assert [line[:7] for line in lines] == ["> word ", "> word ", "> * ite", ">   ite", ""]


@pytest.mark.parametrize("text", NASTY)
def test_toml_keeps_keys_and_values(text: str) -> None:
    wanted = text.replace("\ud800", "\ufffd")
    assert tomllib.loads(toml_key_value(text, text)) == {wanted: wanted}
    assert len(toml_key_value(text, text).splitlines()) == 1


@pytest.mark.parametrize("text", NASTY)
def test_toml_prose_is_one_line(text: str) -> None:
    value = tomllib.loads(f"x = {toml_string(text)}")["x"]
    assert value.split() == prose(text).replace("\ud800", "\ufffd").split()


def test_markdown_of_a_document_is_text() -> None:
    text = markdown("# <script>alert(1)</script> [x](javascript:1) `code **b**\n\n```python\nimport os\n```")
    assert "\n" not in text
    assert text.startswith("\\#")
    for markup in ("<", "[", "`", "*"):
        assert markup not in text.replace(f"\\{markup}", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Keys begin with `sk_test_*` here", "Keys begin with `sk_test_*` here"),
        ("`a` and `<b>` of snake_case, not _this_", "`a` and `<b>` of snake_case, not \\_this\\_"),
        ("one ` alone and `two`", "one \\` alone and \\`two\\`"),
        ("``a` b`", "\\`\\`a\\` b\\`"),
        ("`a | b`", "\\`a \\| b\\`"),
        ("a\\`b`", "a\\\\`b`"),
        ("[deprecated] use [b]", "[deprecated] use [b]"),
        ("[a[b]](x)", "\\[a\\[b\\]\\](x)"),
        ("[a][b]", "\\[a\\]\\[b\\]"),
        ("[a]: https://x", "\\[a\\]: https://x"),
        ("[`a`](x)", "\\[`a`\\](x)"),
    ],
)
def test_code_in_markdown_stays_code_and_names_stay_readable(text: str, shown: str) -> None:
    assert markdown(text) == shown


def test_sources_are_plain_text() -> None:
    assert isinstance(Source("x"), str)
