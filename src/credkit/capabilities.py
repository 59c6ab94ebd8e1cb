"""What a vendor can do, and the errors for what it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .runtime.errors import ApiError, ConfigurationError


class Capability(StrEnum):
    """Something that an application may need of a vendor."""

    ISSUE = "issue"
    BATCH = "batch"
    LIST = "list"
    GET = "get"
    REVOKE = "revoke"
    CANCEL = "cancel"
    EMAIL = "email"
    OFFER = "offer"
    QR = "qr"
    PUBLIC_URL = "public_url"
    EXPIRY = "expiry"
    WEBHOOKS = "webhooks"
    EVIDENCE = "evidence"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a vendor can do something.

    Attributes:
        how: how it is done here, in one clause.
        instead: what to use where it cannot be done.
    """

    supported: bool
    how: str = ""
    instead: str = ""


def yes(how: str) -> Support:
    return Support(True, how=how)


def no(instead: str) -> Support:
    return Support(False, instead=instead)


class UnsupportedByVendor(ConfigurationError):
    """The vendor has no way to do what was asked; nothing was sent. `capability` is what is missing, `instead` what to use."""

    def __init__(self, vendor: str, capability: Capability, instead: str) -> None:
        self.vendor = vendor
        self.capability = capability
        self.instead = instead
        super().__init__(
            f"{vendor} has no {capability.value}: {instead}" if instead else f"{vendor} has no {capability.value}"
        )


class RefusedByVendor(ApiError):
    """The vendor said no to one item inside an answer that says yes. `code` is the vendor's code."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        self.code = code
        super().__init__(reason)
