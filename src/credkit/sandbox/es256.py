"""ES256 signatures (ECDSA on P-256 with SHA-256, RFC 6979 nonces), so that sandbox credentials can be checked with any library.

Not for keys that matter: the arithmetic takes no care of timing, and the sandbox's key is made from its seed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeAlias

_P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_GX = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
_GY = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5

_Point: TypeAlias = tuple[int, int, int]
"""Jacobian coordinates; z = 0 is the point at infinity."""
_INFINITY: _Point = (1, 1, 0)


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The reverse of `encode`; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SigningKey:
    """A private key, made from a seed."""

    def __init__(self, seed: str, kid: str) -> None:
        self.kid = kid
        self._secret = int.from_bytes(hashlib.sha512(seed.encode()).digest()) % (_N - 1) + 1

    @cached_property
    def public(self) -> tuple[int, int]:
        """The public point."""
        return _affine(_times_base(self._secret))

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as RFC 7517 writes it."""
        x, y = (encode(value.to_bytes(32)) for value in self.public)
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "x": x, "y": y, "alg": "ES256", "use": "sig"}

    def sign(self, message: bytes) -> bytes:
        """The signature, r and s as JOSE joins them. The same message always has the same one."""
        digest = hashlib.sha256(message).digest()
        number = int.from_bytes(digest)
        nonce = _nonce(self._secret, digest)
        r = _affine(_times_base(nonce))[0] % _N
        s = pow(nonce, -1, _N) * (number + r * self._secret) % _N
        return r.to_bytes(32) + s.to_bytes(32)

    def jwt(self, claims: Mapping[str, Any]) -> str:
        """A compact JWT over `claims`."""
        header = {"alg": "ES256", "kid": self.kid, "typ": "JWT"}
        parts = [json.dumps(part, separators=(",", ":"), sort_keys=True).encode() for part in (header, claims)]
        signed = ".".join(encode(part) for part in parts)
        return f"{signed}.{encode(self.sign(signed.encode()))}"

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a compact JWT of this key; None when it is another's, or was changed.

        Signatures are deterministic, so that signing again tells.
        """
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(encode(self.sign(signed.encode())).encode(), signature.encode()):
            return None
        claims = json.loads(decode(signed.partition(".")[2]))
        return claims if isinstance(claims, dict) else None


def _nonce(secret: int, digest: bytes) -> int:
    """RFC 6979, section 3.2."""
    key, value = b"\x00" * 32, b"\x01" * 32
    seed = secret.to_bytes(32) + (int.from_bytes(digest) % _N).to_bytes(32)
    for separator in (b"\x00", b"\x01"):
        key = hmac.digest(key, value + separator + seed, "sha256")
        value = hmac.digest(key, value, "sha256")
    while True:
        value = hmac.digest(key, value, "sha256")
        nonce = int.from_bytes(value)
        if 1 <= nonce < _N:
            return nonce
        key = hmac.digest(key, value + b"\x00", "sha256")
        value = hmac.digest(key, value, "sha256")


def _times_base(scalar: int) -> _Point:
    """A multiple of the base point: one addition for each of the scalar's 64 hexadecimal digits."""
    total = _INFINITY
    for row in _table():
        digit = scalar & 15
        scalar >>= 4
        if digit:
            total = _add(total, row[digit])
    return total


_TABLE: list[list[_Point]] = []


def _table() -> list[list[_Point]]:
    """Row i holds 0 to 15 times 16**i times the base point."""
    if not _TABLE:
        base: _Point = (_GX, _GY, 1)
        rows = []
        for _ in range(64):
            row = [_INFINITY]
            for _ in range(16):
                row.append(_add(row[-1], base))
            base = row.pop()
            rows.append(row)
        _TABLE.extend(rows)
    return _TABLE


def _add(one: _Point, other: _Point) -> _Point:
    if not one[2]:
        return other
    if not other[2]:
        return one
    x1, y1, z1 = one
    x2, y2, z2 = other
    zz1, zz2 = z1 * z1 % _P, z2 * z2 % _P
    u1, u2 = x1 * zz2 % _P, x2 * zz1 % _P
    s1, s2 = y1 * zz2 * z2 % _P, y2 * zz1 * z1 % _P
    h, r = (u2 - u1) % _P, (s2 - s1) % _P
    if h == 0:
        return _double(one) if r == 0 else _INFINITY
    hh = h * h % _P
    hhh, v = h * hh % _P, u1 * hh % _P
    x3 = (r * r - hhh - 2 * v) % _P
    return x3, (r * (v - x3) - s1 * hhh) % _P, h * z1 * z2 % _P


def _double(point: _Point) -> _Point:
    x, y, z = point
    yy = y * y % _P
    s = 4 * x * yy % _P
    zz = z * z % _P
    m = 3 * (x - zz) * (x + zz) % _P
    x3 = (m * m - 2 * s) % _P
    return x3, (m * (s - x3) - 8 * yy * yy) % _P, 2 * y * z % _P


def _affine(point: _Point) -> tuple[int, int]:
    x, y, z = point
    inverse = pow(z, -1, _P)
    square = inverse * inverse % _P
    return x * square % _P, y * square * inverse % _P
