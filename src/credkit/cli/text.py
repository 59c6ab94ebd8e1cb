"""Texts of others on a terminal: what could move the cursor or hide a part is shown by its number."""

from __future__ import annotations

import unicodedata

from ..adapters.sending import bare


def printable(text: str) -> str:
    """The text with control characters, format characters and lone surrogates as `\\x1b`, `\\u202e`; line ends stay."""
    return "".join(
        character if character == "\n" or unicodedata.category(character) not in _HIDDEN else _number(character)
        for character in text
    )


def wordless(error: BaseException | None) -> str:
    """An error without the vendor's own words, in which people may be named."""
    if error is not None:
        bare(error)
    return str(error)


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _number(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
