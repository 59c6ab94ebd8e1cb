"""The order of the stages. The only module that knows it.

    load -> resolve -> normalise -> build -> models, views -> render -> format -> verify -> write

A run first compares digests: of the sources, the templates, the generator, the options and of every file that was written. When
all of them are those of the lock there is nothing to do, and none of the stages is even imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

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
    from .resolve import Documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to generate and where to.

    `spec` is the document; `config` its client.toml, or None, and then `package` names the package. `out` becomes the
    distribution's folder. `command` is what a person runs to bring it up to date.
    """

    spec: Path
    out: Path
    config: Path | None = None
    package: str | None = None
    command: str = "make generate"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateResult:
    """`was_current`: digests said that there was nothing to do. `degraded`: operation and reason, where typing is wider than the document."""

    target: Target
    was_current: bool
    operations: int
    report: WriteReport = field(default_factory=WriteReport)
    degraded: tuple[tuple[str, str], ...] = ()


def generate(
    target: Target, *, check: bool = False, force: bool = False, profile: Profile | None = None
) -> GenerateResult:
    """Bring the distribution of `target` up to date; with `check`, only say what is not.

    Raises:
        SpecError: the document, the configuration or the folder cannot be used.
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
    return _generate(target, before, check=check, profile=profile)


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
    return digest(f"{target.spec.name}\n{target.package or ''}\n{digest(config)}")


def _generate(target: Target, before: Lock, *, check: bool, profile: Profile) -> GenerateResult:
    from .coverage import require_complete
    from .package import generate_package

    documents, config = _read(target, profile)
    with profile.stage("build"):
        api = _build(documents, config, before.names)
        count = require_complete(documents, ((item.method, item.path) for item in api.operations))
    files = generate_package(api, config, profile)
    with profile.stage("write"):
        lock = _lock(target, api, files, count)
        known = {**before.files, **digest_files(target.out, [LOCK_NAME] if before.is_intact else [])}
        if not check:
            _refuse_foreign(target.out, files)
        report = write_files((*files, lock), target.out, before=known, check=check)
    return GenerateResult(
        target=target,
        was_current=False,
        operations=count,
        report=report,
        degraded=tuple((item.operation_id, reason) for item in api.operations for reason in item.degraded),
    )


def _read(target: Target, profile: Profile) -> tuple[Documents, Config]:
    """The document, with every file that it refers to, in one form."""
    from .config import default_config, load_config
    from .load import load_document
    from .normalise import normalise_document
    from .resolve import resolve_document

    with profile.stage("load and resolve"):
        config = load_config(target.config) if target.config else default_config(target.package or target.spec.stem)
        documents = normalise_document(resolve_document(load_document(target.spec), root=target.spec.parent))
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


def _lock(target: Target, api: ir.Api, files: tuple[GeneratedFile, ...], count: int) -> GeneratedFile:
    from .render import HEADER

    lock = Lock(
        generator=digest_generator(),
        templates=digest_templates(),
        options=_digest_options(target),
        operations_in_spec=count,
        sources=digest_files(target.spec.parent, api.files),
        files={str(file.path): digest(file.text) for file in files},
        operations={
            item.operation_id: f"{item.method} {item.path} -> {item.resource}.{item.name}" for item in api.operations
        },
        names=dict(api.names_lock),
    )
    return render_lock(lock, HEADER)
