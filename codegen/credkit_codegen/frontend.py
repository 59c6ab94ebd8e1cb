"""The stages up to the API in one call, for commands that need no package: load -> resolve -> normalise -> build."""

from __future__ import annotations

from pathlib import Path

from .build import build_api
from .config import Config, default_config, load_config
from .ir import Api
from .load import load_document
from .nameslock import NamesLock
from .normalise import normalise_document
from .resolve import resolve_document


def read_api(
    spec: Path, config: Path | None = None, package: str | None = None, lock: NamesLock | None = None
) -> tuple[Api, Config]:
    """The API of a document, with the configuration that names it.

    Raises:
        SpecError: the document or the configuration cannot be used.
    """
    settings = load_config(config) if config is not None else default_config(package or spec.stem)
    documents = normalise_document(resolve_document(load_document(spec)))
    return build_api(documents, settings, lock), settings
