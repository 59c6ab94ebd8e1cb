"""What the generator would do with the document: built once for the rules that ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..diagnostics import Diagnostic, SpecError
from ..ir import Api
from .context import Context


@dataclass(frozen=True, slots=True)
class Built:
    """The generator's account of a document, or why it refuses."""

    api: Api | None
    faults: tuple[Diagnostic, ...] = ()


def build(context: Context) -> Built:
    """Build the document as `generate` would."""
    return _build(context)


@lru_cache(maxsize=1)
def _build(context: Context) -> Built:
    from ..build import build_api
    from ..normalise import normalise_document
    from ..resolve import resolve_document

    try:
        documents = resolve_document(context.documents.root, root=context.documents.folder, strict=False)
        return Built(build_api(normalise_document(documents), context.config))
    except SpecError as error:
        return Built(None, error.diagnostics)
