"""A text that is shown nowhere by accident."""

from __future__ import annotations

import hmac
import unicodedata
from typing import Final

HIDDEN: Final = "…"


def may_be_address(text: str) -> bool:
    """Whether a text may be an e-mail address: it has an `@`, also a full-width one or one as URLs write it."""
    return "@" in text or "%40" in text or (not text.isascii() and "@" in unicodedata.normalize("NFKC", text))


class Secret:
    """A text that whoever has it can use: an offer, a signed credential. It prints as `…`; `reveal()` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))
