"""The order of the stages. The only module that knows it.

    load -> overlay -> resolve -> normalise -> build -> models, views -> render -> format -> verify -> write

A run first compares digests: of the sources, the templates, the generator, the options and of every file that was written. When
all of them are those of the lock there is nothing to do, and none of the stages is even imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .collecting import collect, no_collection
from .files import GeneratedFile, digest
from .lock import (
    LOCK_NAME,
    Lock,
    digest_files,
    digest_generator,
    digest_templates,
    read_lock,
    render_lock,
)
from .profile import Profile
from .write import WriteReport, find_extra, write_files

if TYPE_CHECKING:
    from . import ir
    from .config import Config
    from .diagnostics import Diagnostic
    from .formatters import Formatter
    from .resolve import Documents

MOST_DEGRADED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to generate and where to.

    `spec` is the document; `config` its client.toml, or None, and then `package` names the package. `out` becomes the
    distribution's folder. `overlays` are applied after those of the configuration. `within` is the folder that references may
    not leave, the document's own unless given. `command` is what a person runs to bring it up to date. `formatter`, when it is
    given, goes before that of the configuration.
    """

    spec: Path
    out: Path
    config: Path | None = None
    package: str | None = None
    overlays: tuple[Path, ...] = ()
    within: Path | None = None
    command: str = "make generate"
    formatter: Formatter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateResult:
    """`was_current`: digests said that there was nothing to do. `degraded`: where typing is wider than the document, each
    reason once with its first place, `degraded_count` all in all. `formatter` is the one that was chosen, if anything ran.
    """

    target: Target
    was_current: bool
    operations: int
    report: WriteReport = field(default_factory=WriteReport)
    degraded: tuple[Diagnostic, ...] = ()
    degraded_count: int = 0
    formatter: Formatter | None = None


def generate(
    target: Target,
    *,
    check: bool = False,
    force: bool = False,
    overwrite: bool = False,
    profile: Profile | None = None,
) -> GenerateResult:
    """Bring the distribution of `target` up to date; with `check`, only say what is not.

    Files that were edited by hand are written over with `overwrite` only.

    Raises:
        SpecError: the document, the configuration or the folder cannot be used; or a file was edited by hand.
        UnexpectedCode, UnexpectedModels: a fault of the generator; nothing was written.
    """
    profile = profile or Profile()
    with profile.stage("compare digests"):
        before = read_lock(target.out)
        is_current = not force and _is_current(target, before)
    if is_current and not check:
        return GenerateResult(target=target, was_current=True, operations=before.operations_in_spec)
    if is_current:
        report = WriteReport(changes=tuple(find_extra(target.out, {*before.files, LOCK_NAME})))
        return GenerateResult(
            target=target, was_current=report.is_current, operations=before.operations_in_spec, report=report
        )
    with no_collection():
        return _generate(target, before, check=check, overwrite=overwrite, profile=profile)


def _is_current(target: Target, lock: Lock) -> bool:
    if not lock.is_intact or lock.options != _digest_options(target):
        return False
    return (
        lock.sources == digest_files(target.spec.parent, lock.sources)
        and lock.files == digest_files(target.out, lock.files)
        and lock.templates == digest_templates()
        and lock.generator == digest_generator()
    )


def _digest_options(target: Target) -> str:
    """What the command says beside the files. The configuration counts by its text, not by where it stands."""
    config = target.config.read_bytes() if target.config is not None and target.config.is_file() else b""
    overlays = "".join(f"\n{value}" for value in digest_files(Path(), map(str, target.overlays)).values())
    within = f"\n{Path(os.path.relpath(target.within, target.spec.parent)).as_posix()}" if target.within else ""
    words = f"{target.spec.name}\n{target.package or ''}\n{digest(config)}{overlays}{target.formatter or ''}{within}"
    return digest(words)


def _generate(target: Target, before: Lock, *, check: bool, overwrite: bool, profile: Profile) -> GenerateResult:
    from .coverage import require_complete
    from .package import generate_package

    documents, config = _read(target, profile)
    with profile.stage("build"):
        api = _build(documents, config, before.names)
        count = require_complete(documents, ((item.method, item.path) for item in api.operations))
        degraded = (*_duplicates(documents), *_degraded(documents, api))
        del documents  # takes several times the room of its text, and all that is wanted of it is in `api`
        collect()
    package = generate_package(api, config, profile, target.formatter)
    files = package.files
    with profile.stage("write"):
        overlays = _relative((*config.overlays, *target.overlays), target.spec.parent)
        lock = _lock(target, api, files, count, overlays)
        known = {**before.files, **digest_files(target.out, [LOCK_NAME] if before.is_intact else [])}
        if not check:
            _refuse_foreign(target.out, files)
        report = write_files((*files, lock), target.out, before=known, check=check, overwrite=overwrite)
    return GenerateResult(
        target=target,
        was_current=False,
        operations=count,
        report=report,
        degraded=degraded,
        degraded_count=len({item.reason for item in api.degraded}),
        formatter=package.formatter,
    )


def _duplicates(documents: Documents) -> tuple[Diagnostic, ...]:
    """Keys that stand twice: what stands under the first of them is lost, perhaps a whole path."""
    from .diagnostics import Severity

    found = [item for item in documents.findings if item.rule == "duplicate-key"]
    return tuple(replace(item, severity=Severity.WARNING) for item in found[:MOST_DEGRADED])


def _degraded(documents: Documents, api: ir.Api) -> tuple[Diagnostic, ...]:
    """Each reason for a wider type once, with the first place that has it; at most `MOST_DEGRADED`."""
    from .diagnostics import Diagnostic, Severity

    first = {item.reason: item.location for item in reversed(api.degraded)}
    listed = list(dict.fromkeys(item.reason for item in api.degraded))[:MOST_DEGRADED]
    wanted: dict[str, list[str]] = {}
    for reason in listed:
        wanted.setdefault(first[reason].file, []).append(first[reason].pointer)
    places = {file: documents.document(file).where(pointers) for file, pointers in wanted.items()}
    found = []
    for reason in listed:
        file, line, column = places[first[reason].file][first[reason].pointer]
        found.append(
            Diagnostic(
                rule="degraded",
                severity=Severity.WARNING,
                message=reason,
                help="",
                file=file,
                line=line,
                column=column,
                pointer=first[reason].pointer,
            )
        )
    return tuple(found)


def _read(target: Target, profile: Profile) -> tuple[Documents, Config]:
    """The document, with every file that it refers to, in one form."""
    from .frontend import read_config, read_documents

    with profile.stage("load and resolve"):
        config = read_config(target.spec, target.config, target.package)
        documents = read_documents(target.spec, config, target.overlays, target.within)
    return documents, config


def _build(documents: Documents, config: Config, names: Mapping[str, str]) -> ir.Api:
    from .build import build_api
    from .nameslock import NamesLock

    return build_api(documents, config, NamesLock(names))


def _refuse_foreign(out: Path, files: tuple[GeneratedFile, ...]) -> None:
    """A folder that was never generated is not written over.

    Raises:
        SpecError: a file of somebody else stands where one of ours would go.
    """
    from .diagnostics import Diagnostic, Severity, SpecError
    from .render import HEADER

    project = out / "pyproject.toml"
    is_ours = (out / LOCK_NAME).exists() or (project.is_file() and HEADER in project.read_text(errors="replace"))
    foreign = [] if is_ours else [str(file.path) for file in files if (out / file.path).exists()]
    if foreign:
        raise SpecError(
            [
                Diagnostic(
                    rule="folder-not-generated",
                    severity=Severity.ERROR,
                    message=f"expected an empty or a generated folder; got one with {foreign[0]} of somebody else",
                    help="generate into a folder of its own",
                    file=str(out),
                )
            ]
        )


def _relative(paths: Iterable[Path], folder: Path) -> tuple[str, ...]:
    """Paths as they are seen from a folder, as text that is the same on every system."""
    return tuple(Path(os.path.relpath(path, folder)).as_posix() for path in paths)


def _lock(
    target: Target, api: ir.Api, files: tuple[GeneratedFile, ...], count: int, overlays: tuple[str, ...]
) -> GeneratedFile:
    from .render import HEADER

    lock = Lock(
        generator=digest_generator(),
        templates=digest_templates(),
        options=_digest_options(target),
        operations_in_spec=count,
        sources=digest_files(target.spec.parent, (*api.files, *overlays)),
        files={str(file.path): digest(file.text) for file in files},
        operations={
            item.operation_id: f"{item.method} {item.path} -> {item.resource}.{item.name}" for item in api.operations
        },
        names=dict(api.names_lock),
    )
    return render_lock(lock, HEADER)
