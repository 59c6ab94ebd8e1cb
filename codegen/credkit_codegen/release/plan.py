"""The plan of a release: what changed since the last one, and so which version comes next and what the changelog says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..config import Config, load_config
from ..diff.accepted import NAME as ACCEPTED
from ..diff.accepted import load_accepted
from ..diff.compare import Wanted, compare
from ..diff.inputs import since
from ..diff.report import Bump, Report
from ..diff.revisions import has_changes, tags
from ..lock import read_lock
from ..pipeline import Target, generate
from ..project import UsageError, Vendor
from .changelog import render_first, render_section
from .versions import Version, parse_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`base` is what was compared with, None for a first release; `report` is then None too."""

    vendor: Vendor
    config: Config
    base: str | None
    released: Version
    version: Version
    report: Report | None
    section: str

    @property
    def tag(self) -> str:
        """The tag that marks the release, by which the next one finds it."""
        return tag_of(self.config, self.version)

    @property
    def is_needed(self) -> bool:
        return self.report is None or self.report.bump is not Bump.NONE


def tag_of(config: Config, version: Version) -> str:
    return f"{config.package.distribution}-v{version}"


def make_plan(vendor: Vendor, root: Path, *, base: str | None, first: bool, tests: bool, day: date) -> Plan:
    """Compare the vendor with its last release.

    Raises:
        UsageError: it has no client.toml, or no release to compare with is known.
        SpecError: a document cannot be used.
    """
    config = _config(vendor)
    current = parse_version(config.package.version)
    if first:
        if base is not None:
            raise UsageError("expected --first or --base; got both", "a first release has nothing to compare with")
        section = render_first(current, day)
        return Plan(
            vendor=vendor, config=config, base=None, released=current, version=current, report=None, section=section
        )
    base = base if base is not None else _last(config, root)
    accepted = load_accepted(root / ACCEPTED) if (root / ACCEPTED).is_file() else {}
    with since(base, root, (vendor.name,)) as pairs:
        (pair,) = pairs
        if pair.old is None:
            raise UsageError(f"{base} has no vendor {vendor.name}", "release it with --first")
        released = parse_version(load_config(pair.old.config).package.version if pair.old.config else "0.1.0")
        report = compare(pair, Wanted(python=True, tests=tests), accepted)
    version = max(released.next(report.bump), current)
    section = render_section(report, version, day, _methods(vendor))
    return Plan(
        vendor=vendor, config=config, base=base, released=released, version=version, report=report, section=section
    )


def _config(vendor: Vendor) -> Config:
    if vendor.config is None:
        raise UsageError(
            f"expected {vendor.spec.parent}/client.toml, which holds the version; there is none", "write one first"
        )
    return load_config(vendor.config)


def _last(config: Config, root: Path) -> str:
    """The newest tag of the distribution."""
    found = tags(root, f"{config.package.distribution}-v*")
    if not found:
        raise UsageError(
            f"expected a tag such as {tag_of(config, parse_version(config.package.version))}; there is none",
            "name what the last release was made from (--base REVISION), or release it with --first",
        )
    return found[0]


def _methods(vendor: Vendor) -> dict[str, str]:
    """Methods by operation, as the lock has them."""
    pairs = (line.partition(" -> ") for line in read_lock(vendor.out).operations.values())
    return {label: method for label, _, method in pairs}


def obstacles(vendor: Vendor, root: Path) -> list[tuple[str, str]]:
    """What stands in the way of writing a release: (what is wrong, what to do).

    Raises:
        UsageError: no git repository.
    """
    found: list[tuple[str, str]] = []
    folders = [path.relative_to(root).as_posix() for path in (vendor.spec.parent, vendor.out)]
    changed = sorted(has_changes(root, folders), key=lambda path: (not path.startswith(folders[0]), path))
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        found.append((f"not committed: {', '.join(changed[:3])}{more}", "commit what belongs to the release first"))
    stale = generate(Target(spec=vendor.spec, out=vendor.out, config=vendor.config), check=True)
    if not stale.report.is_current:
        found.append((f"{folders[1]} is not what its sources give", "run `make generate`, look at it, and commit it"))
    return found
