"""The forms in which changes leave: one module each, from the same reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from ..report import Report

Render = Callable[[Sequence[Report]], str]
FORMATS = ("text", "json", "markdown", "github")


def render(form: str, reports: Sequence[Report]) -> str:
    """The reports in one of `FORMATS`."""
    function: Render = import_module(f".{form}", __package__).render
    return function(reports)
