"""What the generator would do with the document: built once for the rules that ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ..diagnostics import CONFIG_UNMATCHED, Diagnostic, SpecError
from .context import Context

if TYPE_CHECKING:
    from ..ir import Api


@dataclass(frozen=True, slots=True)
class Built:
    """The generator's account of a document, or why it refuses."""

    api: Api | None
    faults: tuple[Diagnostic, ...] = ()


def build(context: Context) -> Built:
    """Build the document as `generate` would."""
    return _build(context)


def unmatched_names(context: Context) -> tuple[Diagnostic, ...]:
    """Entries of `client.toml` that match nothing in the document; without such entries nothing is built."""
    config = context.config
    if not (config.operations or config.schemas or config.resources or config.credentials or config.server_variables):
        return ()
    try:
        faults = build(context).faults
    except Exception:  # `generator-refuses` and `generate` tell it
        return ()
    return tuple(item for item in faults if item.rule == CONFIG_UNMATCHED)


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
