"""A Python package name for a document."""

from __future__ import annotations

import re


def package_name(document: str) -> str:
    """`okta-mgmt` becomes `corpus_okta_mgmt`: never a keyword, never the name of another package."""
    return "corpus_" + (re.sub(r"[^a-z0-9]+", "_", document.lower()).strip("_") or "document")
