"""What a finding is called over time: the same for the same fault, whatever line it moves to."""

from __future__ import annotations

import hashlib

from ..diagnostics import Diagnostic


def fingerprint(diagnostic: Diagnostic, root: str) -> str:
    """Sixteen hexadecimal digits from rule, file and pointer; `root` is the document's file, which may be moved."""
    file = "" if diagnostic.file == root else diagnostic.file.rpartition("/")[2]
    said = "" if diagnostic.pointer else diagnostic.message
    text = "\0".join((diagnostic.rule, file, diagnostic.pointer, said))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
