"""A language server: the same findings while typing.

`credkit-codegen lsp` speaks the Language Server Protocol on standard input and output. It lints what the editor shows, not
what is on disk; files that references lead to are read from disk.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlparse

from ..config import load_config
from ..diagnostics import Diagnostic, Severity, SpecError, printable
from ..overlay import overlaid
from .engine import lint_document
from .reading import read_text
from .settings import Settings, load_settings

SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFO: 3}


def diagnose(uri: str, text: str) -> tuple[Diagnostic, ...]:
    """Findings in the text of one document that an editor has open; only those that stand in that document."""
    path = path_of(uri)
    file = str(path)
    if not looks_like_openapi(text):
        return ()
    try:
        is_json = path.suffix.lower() == ".json" or text.lstrip()[:1] == "{"
        document = read_text(text, path, file, is_json=is_json)
        settings = load_settings(path, Settings())
        config = load_config(path.parent / "client.toml") if settings.file else None
        document = overlaid(document, config.overlays if config is not None else ())
        found = lint_document(document, settings, config).diagnostics
    except SpecError as error:
        found = error.diagnostics
    return tuple(item for item in found if item.file == file or not item.line)


def looks_like_openapi(text: str) -> bool:
    """Whether a text says that it is OpenAPI: other YAML in an editor is none of our business, and neither are overlays."""
    if re.search(r"""^\s*\{?\s*["']?overlay["']?\s*:""", text[:2_000], re.MULTILINE):
        return False
    return "openapi" in text[:20_000] or "swagger" in text[:20_000]


def path_of(uri: str) -> Path:
    """The path of a `file:` address."""
    return Path(unquote(urlparse(uri).path))


def span(item: Diagnostic, lines: Sequence[str]) -> tuple[int, int, int]:
    """Line, first and last character of a finding, all from 0 and in UTF-16 units, as the protocol counts."""
    number = max(item.line - 1, 0)
    line = lines[number].rstrip("\r") if number < len(lines) else ""
    start = min(max(item.column - 1, 0), len(line))
    end = start + len(line[start:].partition(" #")[0].rstrip().partition(": ")[0])
    return number, _units(line[:start]), _units(line[: max(end, start + 1)])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def main(arguments: Sequence[str]) -> int:
    """Serve until the editor ends it; 2 when pygls is not installed or the command line holds more."""
    if arguments:
        wanted = arguments[0] in ("-h", "--help")
        print(
            "usage: credkit-codegen lsp    (speaks LSP on standard input and output)",
            file=sys.stdout if wanted else sys.stderr,
        )
        return 0 if wanted else 2
    try:
        from lsprotocol import types
        from pygls.lsp.server import LanguageServer
    except ImportError:
        print("error: the language server needs pygls: pip install 'credkit-codegen[lsp]'", file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)
    server = LanguageServer("credkit-lint", "1", text_document_sync_kind=types.TextDocumentSyncKind.Full)

    def publish(uri: str) -> None:
        document = server.workspace.get_text_document(uri)
        lines = document.source.split("\n")
        found = []
        for item in diagnose(uri, document.source):
            line, start, end = span(item, lines)
            text = printable(item.message) + (f"\nhelp: {printable(item.help)}" if item.help else "")
            area = types.Range(types.Position(line, start), types.Position(line, end))
            severity = types.DiagnosticSeverity(SEVERITIES[item.severity])
            found.append(types.Diagnostic(area, text, severity, code=item.rule, source="credkit"))
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, document.version))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        empty = types.PublishDiagnosticsParams(params.text_document.uri, [])
        server.text_document_publish_diagnostics(empty)

    server.start_io()
    return 0
