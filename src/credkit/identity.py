"""Which API key a client has, without telling the key."""

# pyright: reportPrivateUsage=false
# (the core of a client is private to applications)

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from .runtime import fence
from .runtime.errors import ConfigurationError
from .runtime.urls import base_from

if TYPE_CHECKING:
    from .runtime.core import Core

_PURPOSE = b"credkit: which account a credential was issued with"


def identity_of(vendor: str, client: Any, server: str | None = None) -> str:
    """A short name for vendor, server and API key, the same in every process; the key cannot be found from it.

    Of OAuth clients the id counts, not the secret, so that a new secret is the same account.

    Args:
        server: another one than the client's.
    """
    core: Core = client._core
    known = [f"{vendor}\0{server or core.base}"]
    for scheme, credential in sorted(core.credentials.items()):
        parts = credential.parts
        names = ["client_id"] if "client_id" in parts else sorted(parts)
        known += [f"{scheme}\0{name}\0{parts[name]}" for name in names]
    return hmac.new(_PURPOSE, "\0\0".join(known).encode(), "sha256").hexdigest()[:24]


def server_of(client: Any) -> tuple[str, str]:
    """The URL that a client sends to, and what of it may be shown: some gateways have a token in the path."""
    core: Core = client._core
    return str(core.base), str(core.base.origin)


def usual_server_of(client: Any) -> str | None:
    """The URL that it would send to had it been given none; None where the vendor has none such."""
    core: Core = client._core
    try:
        return str(base_from(core.api.servers, core.server_variables, None))
    except ConfigurationError:
        return None


def mode_of(client: Any) -> str | None:
    """The environment that the API key belongs to, as the vendor calls it; None when its prefix does not tell."""
    core: Core = client._core
    values = [value for credential in core.credentials.values() for value in credential.parts.values()]
    return fence.mode_of(core.api, values)


def timeout_of(client: Any) -> float:
    """How long one call of a client can be under way, in seconds."""
    core: Core = client._core
    return core.settings.timeout


def has_credential(client: Any) -> bool:
    core: Core = client._core
    return bool(core.credentials)
