"""What a story tells: one step for each call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`did` says what happened, `call` how the application asked for it, `answer` what came of it."""

    did: str
    call: str
    answer: str


def show(console: Console, vendor: str, steps: Sequence[Step]) -> None:
    """Print a story as a table."""
    table = Table(title=vendor, title_justify="left", title_style="bold", show_lines=True, expand=True)
    table.add_column("What happened", ratio=3)
    table.add_column("Call", ratio=4, style="cyan", overflow="fold")
    table.add_column("Answer", ratio=4, overflow="fold")
    for step in steps:
        table.add_row(escape(step.did), escape(step.call), escape(step.answer))
    console.print(table)
