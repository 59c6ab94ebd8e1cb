"""Keyed hashes: how a ledger knows a person, a reference and an API key again without keeping them.

Each is HMAC-SHA256 over a purpose and a canonical JSON text. Without the ledger's key nobody can find out from a fence whose it
is by hashing likely names.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

_BLOCK = 64  # bytes that SHA-256 takes in at once
_MOST_BEGUN = 256  # templates of accounts for which the beginning of a fence is kept
_quoted = json.encoder.encode_basestring_ascii
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The hashes under one key (32 bytes or more)."""

    key: bytes = field(repr=False)
    _inner: hashlib._Hash = field(init=False, repr=False, compare=False)
    _outer: hashlib._Hash = field(init=False, repr=False, compare=False)
    """The two hashes of an HMAC (RFC 2104) that have taken in the key and nothing else: copied for each text, which takes half of the time of
    copying the standard library's HMAC object, and a third of that of beginning with the key each time."""
    _begun: dict[tuple[str, str], hashlib._Hash] = field(init=False, repr=False, compare=False, default_factory=dict)
    """Inner hashes that have taken in what all references of an account and template have before them, too."""

    def __post_init__(self) -> None:
        key = self.key if len(self.key) <= _BLOCK else hashlib.sha256(self.key).digest()
        for name, pad in (("_inner", 0x36), ("_outer", 0x5C)):
            object.__setattr__(self, name, hashlib.sha256(bytes(byte ^ pad for byte in key.ljust(_BLOCK, b"\0"))))

    def fence(self, account: str, template: str, reference: str | None, subject: object) -> bytes:
        """What two requests have in common exactly when they mean the same credential (144 bits as 24 letters of base64: of a
        billion people, two would fall together once in 10^25 ledgers).

        With a reference: account, template and reference, so that a corrected name or address is still the same intent. Without one the
        subject decides, after `canonical`.
        """
        if reference is not None:
            begun = self._begun.get((account, template)) or self._begin(account, template)
            inner, outer = begun.copy(), self._outer.copy()
            inner.update(f"{_quoted(reference)}]]".encode())
            outer.update(inner.digest())
            return b2a_base64(outer.digest()[:18], newline=False)
        digest = self._hash("subject", [account, template, canonical(subject)])
        return b2a_base64(digest[:18], newline=False)

    def api_key(self, identity: str) -> bytes:
        """To know an API key again (32 bytes)."""
        return self._hash("account", identity)

    def credential(self, account: str, id_: str) -> bytes:
        """To know a credential of an account again after its id was erased (32 bytes)."""
        return self._hash("credential", [account, id_])

    def check(self) -> bytes:
        """Tells whether a key is the one that a ledger was made with (32 bytes)."""
        return self._hash("check", "credkit ledger")

    def _hash(self, purpose: str, value: object) -> bytes:
        return self._digest(_encode([purpose, value]))

    def _begin(self, account: str, template: str) -> hashlib._Hash:
        """The inner hash of fences of this account and template, up to the reference."""
        begun = self._inner.copy()
        begun.update(f'["reference",[{_quoted(account)},{_quoted(template)},'.encode())  # as `_encode` writes it
        if len(self._begun) >= _MOST_BEGUN:
            self._begun.clear()
        self._begun[account, template] = begun
        return begun

    def _digest(self, text: str) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.digest()


def canonical(value: object) -> Any:
    """A value without the differences that spreadsheets and keyboards make: Unicode composition, case of an e-mail address, spaces
    around and between words, and characters that nobody sees (category Cf: U+200B, U+FEFF, soft hyphens). Joiners, which some scripts
    write names with, are among those: they count for nothing here, and are sent as they stand. `email` members are compared without
    case; names are not.

    Raises:
        TypeError: it holds something else than JSON has, dates and decimals.
    """
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", _visible(value)).split())
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


def _visible(text: str) -> str:
    if text.isascii():
        return text
    return "".join(one for one in text if unicodedata.category(one) != "Cf")


def _member(name: str, value: object) -> Any:
    plain = canonical(value)
    return plain.casefold() if name == "email" and isinstance(plain, str) else plain


def _text(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError("members of a subject have names that are texts")
    return name
