"""Write docs/capabilities.md from what the adapters say of themselves; `--check` only says whether it is current."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from credkit.capabilities import Capability, Support
from credkit.connecting import VENDORS, adapter_type

PAGE = Path(__file__).parents[1] / "docs" / "capabilities.md"
HEAD = """<!-- Written by scripts/capabilities.py from the adapters. Do not edit. -->
# What each vendor can do

`issuer.supports("revoke")` asks, `issuer.require("revoke", "email")` refuses at the start of an application, and a call that a vendor
cannot do raises `UnsupportedByVendor`, which says what stands under *instead*. Tests hold the adapters to this page.
"""
NAMES = {"beltic": "Beltic", "didx": "DIDX", "nchain": "nChain", "record": "Record"}


def page() -> str:
    """The page."""
    return "\n".join([HEAD, *_matrix(), *(line for vendor in VENDORS for line in _section(vendor))]).rstrip() + "\n"


def _support(vendor: str) -> dict[Capability, Support]:
    return dict(adapter_type(vendor).capabilities)


def _matrix() -> Iterator[str]:
    yield "| | " + " | ".join(NAMES[vendor] for vendor in VENDORS) + " |"
    yield "|---|" + "---|" * len(VENDORS)
    for capability in Capability:
        cells = ("yes" if _support(vendor)[capability].supported else "–" for vendor in VENDORS)
        yield f"| `{capability.value}` | {' | '.join(cells)} |"
    yield ""


def _section(vendor: str) -> Iterator[str]:
    yield f"## {NAMES[vendor]}"
    yield ""
    yield "| | how | instead |"
    yield "|---|---|---|"
    for capability in Capability:
        support = _support(vendor)[capability]
        yield f"| `{capability.value}` | {_cell(support.how)} | {_cell(support.instead)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "–"


def main(arguments: list[str]) -> int:
    """Write the page, or compare it with the one that is there."""
    wanted = page()
    if "--check" not in arguments:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == wanted:
        return 0
    print("docs/capabilities.md is not current: run scripts/capabilities.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
