"""Prose of methods, classes and modules, put together from what the document says."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from .. import ir
from ..literals import literal, one_line, prose
from ..methods import Argument, Method
from ..names import words
from .errors import ErrorsView

WIDTH = 108


def method_text(method: Method, errors: ErrorsView) -> str:
    """Summary, the call, description, Args, Raises, source."""
    operation = method.operation
    parts = [
        _summary(method),
        f"`{operation.method} {operation.path}` (`{operation.operation_id}`)",
        _description(operation),
        _page(method),
        "Deprecated." if operation.deprecated else "",
        section("Args", [(argument.name, argument_text(argument)) for argument in method.arguments]),
        section("Raises", errors.raised_by(operation)),
        _source(operation),
    ]
    return "\n\n".join(part for part in parts if part)


def _page(method: Method) -> str:
    """Where the items of a page are: to iterate over a model is to iterate over its members."""
    if method.pages_name is None:
        return ""
    if method.page_member is None:
        return f"Gives one page; `{method.pages_name}` iterates over every item."
    return f"Gives one page; its items are in `{method.page_member}`. `{method.pages_name}` iterates over those of every page."


def pages_text(method: Method) -> str:
    """The method that iterates."""
    return f"Iterate over every item of `{method.name}`, page after page; `.pages()` gives whole pages."


def stream_text(method: Method) -> str:
    """The method that reads the answer piece by piece."""
    return (
        f"{_summary(method)}\n\nReads the answer while it arrives: use it in a `with` statement. See `{method.name}`."
    )


def async_text(method: Method, resource_class: str, name: str) -> str:
    return f"{_summary(method)} The async twin of `{resource_class}.{name}`."


def _summary(method: Method) -> str:
    """The summary; without one, a description's first paragraph when it is short; else the operation's name in words."""
    operation = method.operation
    text = one_line(operation.summary or "")
    if not text and _short(operation.description):
        text = one_line(_first_paragraph(operation.description))
    text = (
        text or one_line(" ".join(words(operation.operation_id)).capitalize()) or f"{operation.method} {operation.path}"
    )
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _first_paragraph(description: str | None) -> str:
    return prose(description or "").partition("\n\n")[0]


def _short(description: str | None) -> bool:
    return 0 < len(_first_paragraph(description)) <= WIDTH


def _description(operation: ir.Operation) -> str:
    text = prose(operation.description or "")
    if operation.summary:
        return "" if one_line(text).rstrip(".") == one_line(operation.summary).rstrip(".") else text
    return text.partition("\n\n")[2] if _short(operation.description) else text


def argument_text(argument: Argument) -> str:
    """What an argument means, with the vendor's default."""
    parts = [one_line(argument.description or "").rstrip(".")]
    if argument.has_default and argument.default is not None:
        parts.append(f"The vendor's default is {literal(argument.default)}")
    if argument.deprecated:
        parts.append("Deprecated")
    text = ". ".join(part for part in parts if part)
    return f"{text}." if text else ""


def section(title: str, entries: Iterable[tuple[str, str]]) -> str:
    """`Args:` and its entries; empty without entries."""
    lines = [line for name, text in entries if text for line in _entry(name, text)]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _entry(name: str, text: str) -> Sequence[str]:
    return textwrap.wrap(
        f"{name}: {text}",
        WIDTH,
        initial_indent="    ",
        subsequent_indent="        ",
        break_long_words=False,
        break_on_hyphens=False,
    )


_BASIS = {
    "inferred": "Inferred",
    "conflict": "The vendor's pages contradict each other",
    "integration": "Seen only in somebody's public integration",
    "example": "By example",
}


def _source(operation: ir.Operation) -> str:
    source = operation.source
    lines = []
    if source is not None and source.basis in _BASIS:
        note = f": {one_line(source.note)}" if source.note else "."
        lines.append(f"{_BASIS[source.basis]}{note}")
    page = operation.docs_url or (source.page if source is not None else None)
    if page:
        lines.append(f"Source: {one_line(page)}")
    return "\n".join(lines)
