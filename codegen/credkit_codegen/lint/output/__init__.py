"""The forms in which findings leave: one module each, from the same reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..engine import Report

Render = Callable[[Sequence[Report]], str]
FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")


def render(form: str, reports: Sequence[Report]) -> str:
    """The reports in one of `FORMATS`."""
    from importlib import import_module

    function: Render = import_module(f".{form}", __package__).render
    return function(reports)
