"""HTML that cannot forget to escape: text is text, and only what `tag` made is markup."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TypeAlias


class Html(str):
    """Markup. Nothing but this module turns text into it."""

    __slots__ = ()


Child: TypeAlias = "str | int | float | Sequence[Child] | None"

_VOID = {"img", "input", "link", "meta"}


def tag(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """An element. Attributes: a trailing underscore is dropped, others become hyphens; None and False leave one out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items() if _is_given(value))
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{_inner(children)}</{name}>")


def document(title: str, *children: Child, style: str) -> Html:
    """A whole page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="stylesheet", href=style),
    )
    return Html(f"<!doctype html>\n{tag('html', head, tag('body', *children), lang='en')}\n")


def _is_given(value: object) -> bool:
    return value is not None and value is not False


def _attribute(key: str, value: str | int | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def _inner(children: Sequence[Child]) -> str:
    parts = []
    for child in children:
        if isinstance(child, Html):
            parts.append(str(child))
        elif isinstance(child, (list, tuple)):
            parts.append(_inner(child))
        elif child is not None:
            parts.append(escape(str(child)))
    return "".join(parts)
