"""Text that is not (yet) on disk, read as the document that it will be."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ..load import Document, load_document


def read_text(text: str, path: Path, file: str, *, is_json: bool) -> Document:
    """The document that `text` would be at `path`; references start from there.

    Raises:
        SpecError: the text is no YAML or JSON mapping.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / ("document.json" if is_json else "document.yaml")
        with copy.open("w", encoding="utf-8", newline="") as handle:
            handle.write(text)
        found = load_document(copy, file=file)
    return Document(file, path, found.data, found.text, found.is_json, found.findings)
