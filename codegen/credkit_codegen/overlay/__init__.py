"""OpenAPI Overlay 1.0 and 1.1: changes to a document that itself stays as it was published.

    overlays = ["overlay.yaml"]        # in client.toml, in the order in which they are applied

`model` turns a file into an `Overlay` and says everything that is wrong with it; `apply` gives the document as the overlays
want it, in which every part still knows the file and the line that it was written in. Two rules are ours
and stricter than the specification: every action says why (`description`), and a target that matches nothing is an error,
because the published document has then changed under the overlay.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..load import Document

__all__ = ["overlaid"]


def overlaid(document: Document, files: Sequence[Path]) -> Document:
    """The document with the overlays in `files` applied in that order; itself when there are none.

    Raises:
        SpecError: an overlay cannot be read, or one of its actions cannot be carried out.
    """
    if not files:
        return document
    # Most documents have no overlay, and the JSONPath library takes its time to load.
    from .apply import apply_overlays
    from .model import read_overlay

    return apply_overlays(document, [read_overlay(file) for file in files])
