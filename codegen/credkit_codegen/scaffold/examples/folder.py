"""A folder with the text of a vendor's pages, one file a page, as a draft."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from ...load import LoadLimits
from ...names import words
from ...project import UsageError
from ..text import client_toml, to_yaml
from ..vendor import NewVendor
from .draft import ExamplePage, draft_document
from .page import read_page
from .paths import templates

SUFFIXES = (".txt", ".md", ".markdown", ".http", ".sh")
MOST_FILES = 500
_HEAD = """\
Drafted by `credkit-codegen new --from-examples`. Everything here was seen in an example or inferred: read the pages, then say what
they say (docs/adding-a-vendor.md). Nothing is marked as required, errors are those that an example shows, and no list of values is known.\
"""
_ADDRESS = re.compile(r"^(?:#+\s*)?(?:(?:source|url|page|from):?\s+)?<?(https://\S+?)>?$", re.IGNORECASE)


def drafted_spec(vendor: NewVendor, folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """openapi.yaml and client.toml, and remarks for the person who goes on.

    Raises:
        UsageError: there is no page, no example in any, or the address of a page is not known.
    """
    pages = _pages(vendor, folder)
    draft = draft_document(f"{vendor.title} API", pages, vendor.read)
    if not draft.methods:
        raise UsageError(
            f"expected a curl command or a raw HTTP request in a page; found none in {folder}",
            "copy the example requests from the vendor's pages as text",
        )
    files = {
        "openapi.yaml": to_yaml(draft.document, _HEAD),
        "client.toml": client_toml(vendor.name, vendor.client, vendor.title, draft.methods),
    }
    return files, (*draft.remarks, *_silent(pages))


def _pages(vendor: NewVendor, folder: Path) -> list[ExamplePage]:
    if not folder.is_dir():
        raise UsageError(
            f"expected a folder for --from-examples; got {folder}", "put the text of each page into a file of it"
        )
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    if not files or len(files) > MOST_FILES:
        raise UsageError(
            f"expected 1 to {MOST_FILES} pages ({', '.join(SUFFIXES)}) in {folder}; found {len(files)}",
            "put the text of each page into a file of it",
        )
    found: list[ExamplePage] = []
    unknown: list[str] = []
    for path in files:
        text = _text(path)
        address = _address(text) or vendor.docs
        if address is None:
            unknown.append(path.name)
            continue
        key = _key(path.stem, {page.key for page in found})
        found.append(ExamplePage(key=key, url=address, file=path.name, text=read_page(text)))
    if unknown:
        raise UsageError(
            f"expected the address of each page; {', '.join(unknown)} has none",
            "write it as the file's first line (https://…), or give --docs URL for all",
        )
    return found


def _text(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            raw = handle.read(LoadLimits().max_bytes + 1)
        if len(raw) > LoadLimits().max_bytes:
            raise UsageError(f"expected at most {LoadLimits().max_bytes} bytes; {path} has more", "split the page")
        return raw.decode("utf-8-sig")
    except OSError as fault:
        raise UsageError(f"expected a readable page; {path}: {fault.strerror}", "check the file") from None
    except UnicodeDecodeError:
        raise UsageError(f"expected UTF-8 text; got other bytes in {path}", "save the page as UTF-8") from None


def _address(text: str) -> str | None:
    """The address of a page from its first line with something in it."""
    first = next((line.strip() for line in text.split("\n") if line.strip()), "")
    match = _ADDRESS.match(first)
    if match is None or not match[1].isprintable():
        return None
    try:
        return match[1] if urlsplit(match[1]).hostname else None
    except ValueError:
        return None


def _key(stem: str, taken: set[str]) -> str:
    plain = "-".join(word.lower() for word in words(stem) if word.isascii()) or "page"
    key, number = plain, 2
    while key in taken:
        key, number = f"{plain}-{number}", number + 1
    return key


def _silent(pages: list[ExamplePage]) -> list[str]:
    """Pages that gave nothing, and operations that a page prints without an example; it may print them without the server's path."""
    declared = [path for page in pages for _, path in page.text.declared]
    requests = [exchange.request for page in pages for exchange in page.text.exchanges]
    shown = {(request.method, _shape(request.path, declared)) for request in requests}
    found = [f"{page.file}: no request was found in it" for page in pages if not page.text.exchanges]
    for page in pages:
        for method, path in page.text.declared:
            shape = _shape(path, declared)
            if not any(method == other and called.endswith(shape) for other, called in shown):
                found.append(f"{page.file}: {method} {path} is named, and no example calls it")
    return list(dict.fromkeys(found))


def _shape(path: str, declared: list[str]) -> str:
    """A path with `{}` for every placeholder and id."""
    return re.sub(r"\{[^{}]*\}", "{}", templates(urlsplit(path).path, declared)[0])
