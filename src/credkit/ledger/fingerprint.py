"""Keyed hashes: how a ledger knows a person, a reference and an API key again without keeping them.

Each is HMAC-SHA256 over a purpose and a canonical JSON text. Without the ledger's key nobody can find out from a fence whose it
is by hashing likely names.
"""

from __future__ import annotations

import base64
import hmac
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

_quoted = json.encoder.encode_basestring_ascii
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The hashes under one key (32 bytes or more)."""

    key: bytes = field(repr=False)
    _begun: hmac.HMAC = field(init=False, repr=False, compare=False)
    """What has taken in the key and nothing else: copied for each hash, which is faster than to begin with the key each time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_begun", hmac.new(self.key, digestmod="sha256"))

    def fence(self, account: str, template: str, reference: str | None, subject: object) -> bytes:
        """What two requests have in common exactly when they mean the same credential (144 bits as 24 letters of base64: of a
        billion people, two would fall together once in 10^25 ledgers).

        With a reference: account, template and reference, so that a corrected name or address is still the same intent. Without one the
        subject decides, after `canonical`.
        """
        if reference is not None:
            text = (
                f'["reference",[{_quoted(account)},{_quoted(template)},{_quoted(reference)}]]'  # as `_encode` writes it
            )
            return base64.b64encode(self._digest(text)[:18])
        return base64.b64encode(self._hash("subject", [account, template, canonical(subject)])[:18])

    def api_key(self, identity: str) -> bytes:
        """To know an API key again (32 bytes)."""
        return self._hash("account", identity)

    def check(self) -> bytes:
        """Tells whether a key is the one that a ledger was made with (32 bytes)."""
        return self._hash("check", "credkit ledger")

    def _hash(self, purpose: str, value: object) -> bytes:
        return self._digest(_encode([purpose, value]))

    def _digest(self, text: str) -> bytes:
        begun = self._begun.copy()
        begun.update(text.encode())
        return begun.digest()


def canonical(value: object) -> Any:
    """A value without the differences that spreadsheets and keyboards make: Unicode composition, case of an e-mail address, spaces
    around and between words. `email` members are compared without case; names are not.

    Raises:
        TypeError: it holds something else than JSON has, dates and decimals.
    """
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", value).split())
    if isinstance(value, Mapping):
        return {_text(name): _member(_text(name), member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} cannot be part of a fence")


def _member(name: str, value: object) -> Any:
    plain = canonical(value)
    return plain.casefold() if name == "email" and isinstance(plain, str) else plain


def _text(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError("members of a subject have names that are texts")
    return name
