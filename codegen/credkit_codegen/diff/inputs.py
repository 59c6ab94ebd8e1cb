"""Inputs: what is compared with what. Files, folders of files, or a project at a git revision."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..load import load_document
from ..normalise import normalise_document
from ..resolve import Documents, open_documents


def read_document(path: Path, file: str | None = None) -> Documents:
    """One document, with what it refers to read when it is needed; `file` is its name for people.

    Raises:
        SpecError: it cannot be read, or is no OpenAPI 3 document.
    """
    with _no_collection():
        document = load_document(path, file=file)
    return normalise_document(open_documents(document, root=path.parent))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cycle collector: it would walk the growing document again and again, and finds nothing to free."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
