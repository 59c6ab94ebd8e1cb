"""The command `credkit-codegen release`: the next version of a vendor's distribution, and its changelog; exit 0 or 2."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from .. import report
from ..commandline import UNUSABLE, new_app, run_app
from ..diagnostics import printable
from ..diff.change import Verdict
from ..project import find_root, find_vendors
from .apply import prepare, put
from .changelog import NAME, with_section
from .plan import Plan, make_plan, obstacles
from .settings import with_version

app = new_app("Give a vendor's distribution its next version, and its changelog a section.")


@app.command(epilog="Exit: 0 done, 2 usage, unreadable input, or a tree that is dirty or stale.")
def release(
    vendor: Annotated[str, typer.Argument(help="A folder of specs/.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write version, changelog and package; otherwise print.")
    ] = False,
    base: Annotated[
        str | None, typer.Option(metavar="REVISION", help="What the last release was made from; else its newest tag.")
    ] = None,
    first: Annotated[bool, typer.Option("--first", help="The first release: nothing to compare with.")] = False,
    tests: Annotated[bool, typer.Option(help="Run the last release's tests against the new package.")] = True,
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day of the release; else today.")
    ] = None,
    root: Annotated[Path | None, typer.Option(help="The project: the folder that holds specs/ and generated/.")] = None,
) -> None:
    """Say what the next version is and why; with --write, make it so."""
    folder = find_root(root)
    (found,) = find_vendors(folder, [vendor])
    in_the_way = obstacles(found, folder)
    if write and in_the_way:
        for what, help_ in in_the_way:
            report.error(what, help_, "release-refused")
        raise typer.Exit(UNUSABLE)
    on = day.date() if day is not None else date.today()
    plan = make_plan(found, folder, base=base, first=first, tests=tests, day=on)
    sys.stdout.write(_account(plan))
    for what, _ in in_the_way:
        print(f"note: {printable(what)}: --write would refuse", file=sys.stderr)
    if write and plan.is_needed:
        _write(plan, folder)


def _account(plan: Plan) -> str:
    lines = [f"{plan.config.package.distribution}: {plan.released} -> {plan.version}"]
    if plan.report is not None:
        lines.append(f"  compared with {plan.base}")
        lines.extend(f"  {verdict:10}{plan.report.verdict_word(verdict)}" for verdict in Verdict)
        lines.extend(f"  note: {note}" for note in plan.report.notes)
    if not plan.is_needed:
        lines.append("  nothing to release")
        return "".join(f"{printable(line)}\n" for line in lines)
    return "".join(f"{printable(line)}\n" for line in [*lines, "", *plan.section.rstrip().split("\n")])


def _write(plan: Plan, folder: Path) -> None:
    vendor = plan.vendor
    assert vendor.config is not None
    path = vendor.spec.parent / NAME
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    changelog = with_section(before, plan.section, plan.config.package.distribution, plan.version)
    config = with_version(vendor.config.read_text(encoding="utf-8"), plan.version)
    contents = prepare(vendor, folder, config, NAME, changelog)
    put(contents)
    print()
    for changed in contents:
        print(f"wrote {changed.relative_to(folder).as_posix()}")
    names = " ".join(item.relative_to(folder).as_posix() for item in (vendor.spec.parent, vendor.out))
    print(f"next: git add {names}, commit, then git tag {plan.tag}")


def main(arguments: list[str]) -> int:
    """Run the command; the exit code."""
    return run_app(app, arguments, "credkit-codegen release")
