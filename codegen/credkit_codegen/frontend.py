"""The stages up to the API in one call, for commands that need no package: load -> overlay -> resolve -> normalise -> build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .build import build_api
from .config import Config, default_config, load_config
from .ir import Api
from .load import load_document
from .names import words
from .nameslock import NamesLock
from .normalise import normalise_document
from .overlay import overlaid
from .resolve import Documents, resolve_document


def read_documents(spec: Path, config: Config, overlays: Sequence[Path] = (), within: Path | None = None) -> Documents:
    """A document with the overlays of its configuration and then `overlays` applied, and every file that it refers to.

    `within` is the folder that references may not leave: the document's own unless given.

    Raises:
        SpecError: the document or an overlay cannot be used.
    """
    document = overlaid(load_document(spec), (*config.overlays, *overlays))
    return normalise_document(resolve_document(document, root=within or spec.parent))


def read_config(spec: Path, config: Path | None, package: str | None = None) -> Config:
    """The configuration in the file `config`, or the one that any document gets without."""
    return load_config(config) if config is not None else default_config(package or spec.stem)


def read_api(
    spec: Path,
    config: Path | None = None,
    package: str | None = None,
    lock: NamesLock | None = None,
    overlays: Sequence[Path] = (),
    within: Path | None = None,
) -> tuple[Api, Config]:
    """The API of a document, with the configuration that names it; without one and without `package`, its title does.

    Raises:
        SpecError: the document or the configuration cannot be used.
    """
    settings = read_config(spec, config, package)
    documents = read_documents(spec, settings, overlays, within)
    title = documents.top.child("info").text("title")
    if config is None and package is None and title is not None and words(title):
        settings = default_config(title)
    return build_api(documents, settings, lock), settings
