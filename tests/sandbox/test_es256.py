"""Against the vectors of RFC 6979, A.2.5 (P-256, SHA-256)."""

from __future__ import annotations

import pytest

from credkit.sandbox.es256 import SigningKey

SECRET = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721


@pytest.fixture
def key() -> SigningKey:
    made = SigningKey("any", "kid")
    made._secret = SECRET
    return made


def test_the_public_key(key: SigningKey) -> None:
    assert key.public == (
        0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
        0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
    )


@pytest.mark.parametrize(
    ("message", "r", "s"),
    [
        (
            b"sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            b"test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ],
)
def test_signatures(key: SigningKey, message: bytes, r: str, s: str) -> None:
    assert key.sign(message).hex().upper() == r + s


def test_a_token_is_read_back_and_a_changed_one_is_not(key: SigningKey) -> None:
    token = key.jwt({"sub": "somebody"})
    assert key.read(token) == {"sub": "somebody"}
    assert key.read(token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")) is None
    assert SigningKey("another", "kid").read(token) is None
