"""A document that the vendor publishes: kept byte for byte, with an overlay beside it for what it lacks."""

from __future__ import annotations

from pathlib import Path

from ..diagnostics import Diagnostic, Severity, SpecError
from ..load import load_document
from ..normalise import normalise_document
from ..primitives import JSON
from ..project import UsageError
from ..resolve import resolve_document
from .text import client_toml, to_yaml
from .vendor import NewVendor

_HEAD = """\
What the published document lacks or has wrong. Every action says why (docs/overlays.md); a target that matches nothing is an
error, so that a new edition of the document is noticed.\
"""


def published_spec(vendor: NewVendor, source: Path) -> dict[str, str | bytes]:
    """The document and every file that it refers to, as they are, with overlay.yaml and client.toml.

    Raises:
        SpecError: it cannot be read, or refers to something outside of its folder.
        UsageError: nobody said where it is published.
    """
    if vendor.docs is None:
        raise UsageError("expected --docs URL beside --from", "say at which address the vendor publishes the document")
    documents = normalise_document(resolve_document(load_document(source), root=source.parent))
    suffix = ".json" if documents.root.is_json else ".yaml"
    files: dict[str, str | bytes] = {}
    for document in documents.files:
        path = document.path.relative_to(documents.folder).as_posix()
        files[f"openapi{suffix}" if document is documents.root else path] = document.path.read_bytes()
    ours = {f"openapi{suffix}", "overlay.yaml", "client.toml"}
    if len(files) != len(documents.files) or ours & {path for path in files if path != f"openapi{suffix}"}:
        raise SpecError([_clash(str(source))])
    if source.name != f"openapi{suffix}" and any(source.name in file.text for file in documents.files[1:]):
        raise SpecError([_named(source, f"openapi{suffix}")])
    title = documents.top.child("info").text("title") or vendor.title
    files["overlay.yaml"] = to_yaml(_overlay(vendor, f"openapi{suffix}"), _HEAD)
    files["client.toml"] = client_toml(vendor.name, vendor.client, title, {}, overlays=True)
    return files


def _overlay(vendor: NewVendor, name: str) -> dict[str, JSON]:
    """The overlay to begin with: where the document comes from, and when it was fetched."""
    page: dict[str, JSON] = {"url": vendor.docs, "read": vendor.read.isoformat()}
    actions: list[JSON] = [
        {
            "target": "$.info",
            "description": "Say where the document is published and when it was fetched.",
            "update": {"x-sources": {"published": page}},
        },
        {
            "target": "$",
            "description": "Everything in it rests on the published document, until something says otherwise.",
            "update": {"x-source": {"page": "published", "basis": "documented"}},
        },
    ]
    return {
        "overlay": "1.1.0",
        "info": {"title": f"What we add to the document of {vendor.title}", "version": "1"},
        "extends": name,
        "actions": actions,
    }


def _clash(file: str) -> Diagnostic:
    return Diagnostic(
        rule="import-clash",
        severity=Severity.ERROR,
        message="expected no file of the document to be called openapi, overlay.yaml or client.toml; one is",
        help="rename it, with the references to it",
        file=file,
    )


def _named(source: Path, wanted: str) -> Diagnostic:
    return Diagnostic(
        rule="import-named",
        severity=Severity.ERROR,
        message=f"expected a document that is called {wanted}; other files of it refer to {source.name}",
        help=f"rename it to {wanted}, with the references to it",
        file=str(source),
    )
