"""How vendors sign deliveries, and how a signature is checked: strictly, and in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from .webhook_errors import MalformedWebhook, MissingSignature, StaleWebhook, UnverifiedWebhook, WebhookSecretError

_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_HEX = re.compile(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
_ID = re.compile(r"[\x21-\x7e]{1,256}")
_PLACE = re.compile(r"(\{timestamp\}|\{id\}|\{body\})")
_MAX_HEADER = 4096
_MAX_SIGNATURES = 16
_ALGORITHMS = ("sha256", "sha384", "sha512", "sha1")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was received. `headers` are keyed in lower case."""

    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header that the signature needs."""
        value = self.headers.get(name.lower())
        if value is None:
            raise MissingSignature(f"there is no {name} header")
        if len(value) > _MAX_HEADER:
            raise MalformedWebhook(f"the {name} header is too long")
        return value


@dataclass(frozen=True, slots=True)
class Verified:
    """What a valid signature vouches for. `key` is the same for the same delivery, whatever else was changed."""

    key: str
    id: str | None
    timestamp: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HmacSignature:
    """An HMAC over a template of timestamp, id and body.

    Attributes:
        header: header with the signature, which stands after `prefix` as `encoding`.
        timestamp_header: header with the time of sending in Unix seconds; None: the vendor sends none, and how old a
            delivery is cannot be told.
        id_header: header with the id of the delivery.
        template: what is signed.
        tolerance: seconds that a delivery may be old, or ahead of this machine's clock.
    """

    header: str
    timestamp_header: str | None = None
    id_header: str | None = None
    algorithm: str = "sha256"
    prefix: str = ""
    encoding: Literal["hex", "base64"] = "hex"
    template: str = "{timestamp}.{body}"
    tolerance: float = 300

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: float, tolerance: float | None) -> Verified:
        """Check the signature with each of `secrets`.

        Raises:
            WebhookError: MissingSignature, MalformedWebhook, UnverifiedWebhook, StaleWebhook, WebhookSecretError.
        """
        sent = None if self.timestamp_header is None else _timestamp(delivery, self.timestamp_header)
        id_ = None if self.id_header is None else _id(delivery, self.id_header)
        given = _digest(delivery.header(self.header), self.prefix, self.encoding, self.header)
        message = self._message(delivery.body, sent, id_)
        if self.algorithm not in _ALGORITHMS:
            raise WebhookSecretError(f"the algorithm {self.algorithm!r} is not supported")
        keys = [secret.encode() for secret in secrets]
        _match(keys, message, [given], self.algorithm)
        if sent is not None:
            _fresh(int(sent), now, self.tolerance if tolerance is None else tolerance)
        signed_id = id_ if "{id}" in self.template else None
        key = f"id:{signed_id}" if signed_id is not None else f"sha256:{hashlib.sha256(message).hexdigest()}"
        return Verified(key, id_, int(sent) if sent is not None and "{timestamp}" in self.template else None)

    def _message(self, body: bytes, timestamp: str | None, id_: str | None) -> bytes:
        values = {"{timestamp}": timestamp, "{id}": id_}
        pieces: list[bytes] = []
        for piece in _PLACE.split(self.template):
            if piece == "{body}":
                pieces.append(body)
            elif piece in values and values[piece] is None:
                raise WebhookSecretError(f"the template needs {piece}, but no header is declared for it")
            else:
                pieces.append((values.get(piece) or piece).encode())
        return b"".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardWebhooks:
    """The Standard Webhooks scheme, version 1 (HMAC-SHA256). Secrets are base64, with or without `whsec_`."""

    tolerance: float = 300

    def verify(self, delivery: Delivery, secrets: Sequence[str], now: float, tolerance: float | None) -> Verified:
        """Check the signature; see `HmacSignature.verify`."""
        sent = _timestamp(delivery, "webhook-timestamp")
        id_ = _id(delivery, "webhook-id")
        if "." in id_:
            raise MalformedWebhook("the webhook-id header holds a dot, which separates what is signed")
        entries = delivery.header("webhook-signature").split(" ")
        if len(entries) > _MAX_SIGNATURES:
            raise MalformedWebhook("the webhook-signature header holds too many signatures")
        versions = [entry.partition(",") for entry in entries if entry]
        given = [_digest(value, "", "base64", "webhook-signature") for version, _, value in versions if version == "v1"]
        if not given:
            raise MissingSignature("the webhook-signature header holds no signature of version 1")
        message = f"{id_}.{sent}.".encode() + delivery.body
        _match([_whsec(secret) for secret in secrets], message, given, "sha256")
        _fresh(int(sent), now, self.tolerance if tolerance is None else tolerance)
        return Verified(f"id:{id_}", id_, int(sent))


Signature = HmacSignature | StandardWebhooks


def _match(keys: Sequence[bytes], message: bytes, given: Sequence[bytes], algorithm: str) -> None:
    """Compare every signature with every key, without stopping at the first that fits."""
    if not keys or not all(keys):
        raise WebhookSecretError("the webhook secret is empty")
    valid = False
    for key in keys:
        expected = hmac.new(key, message, algorithm).digest()
        for digest in given:
            valid |= hmac.compare_digest(expected, digest)
    if not valid:
        raise UnverifiedWebhook("the signature does not match")


def _fresh(timestamp: int, now: float, tolerance: float) -> None:
    if not abs(now - timestamp) <= tolerance:
        when = "too long ago" if timestamp < now else "in the future"
        raise StaleWebhook(f"the delivery was made {when}: {abs(now - timestamp):.0f} s from now")


def _timestamp(delivery: Delivery, name: str) -> str:
    """The time of sending as the header writes it, because that is what was signed."""
    value = delivery.header(name)
    if not _TIMESTAMP.fullmatch(value):
        raise MalformedWebhook(f"the {name} header is not a time in Unix seconds")
    return value


def _id(delivery: Delivery, name: str) -> str:
    value = delivery.header(name)
    if not _ID.fullmatch(value):
        raise MalformedWebhook(f"the {name} header is not an id")
    return value


def _digest(value: str, prefix: str, encoding: str, name: str) -> bytes:
    """The bytes of a signature, if it is written in the one way that is right."""
    if not value.startswith(prefix):
        raise MalformedWebhook(f"the {name} header does not begin as documented")
    text = value.removeprefix(prefix)
    if encoding == "hex":
        if _HEX.fullmatch(text):
            return bytes.fromhex(text)
    else:
        try:
            digest = base64.b64decode(text.encode("ascii"), validate=True)
        except (binascii.Error, ValueError):
            digest = b""
        if digest and base64.b64encode(digest) == text.encode():
            return digest
    raise MalformedWebhook(f"the {name} header does not hold a signature in {encoding}")


def _whsec(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_").encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        pass
    raise WebhookSecretError("the webhook secret is not base64 (whsec_…)")
