"""`connect` and `connect_async`: from a vendor's name to an issuer.

API keys and addresses come from arguments, or from the environment: `CREDKIT_<VENDOR>_<ARGUMENT>`, such as `CREDKIT_RECORD_TOKEN`,
`CREDKIT_DIDX_CLIENT_SECRET`, `CREDKIT_NCHAIN_ENVIRONMENT_ID`, `CREDKIT_BELTIC_BASE_URL`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from importlib.metadata import entry_points
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, overload

from .adapters.base import Adapter
from .issuer import AsyncIssuer, Issuer
from .model import Template, kind_of
from .runtime.clock import SYSTEM_CLOCK, utc
from .runtime.errors import ConfigurationError
from .runtime.options import ClientOptions
from .settings import adapter_of, client_of, client_type, configured, own_arguments, own_settings, refuse_strange

if TYPE_CHECKING:
    from credkit_beltic import AsyncBeltic, Beltic
    from credkit_didx import AsyncDidx, Didx
    from credkit_nchain import AsyncNChain, NChain
    from credkit_record import AsyncRecord, Record

    from .ledger.base import Ledger

C = TypeVar("C")
A = TypeVar("A")

VENDORS = {
    "beltic": "BelticAdapter",
    "didx": "DidxAdapter",
    "nchain": "NChainAdapter",
    "record": "RecordAdapter",
}
ENTRY_POINTS = "credkit.adapters"
"""Group of entry points through which other distributions bring adapters: a name, and the adapter's class."""


class ConnectOptions(ClientOptions, total=False):
    """Settings of an issuer, besides those of the client.

    templates: the vendor's templates by neutral name: an id, a `Template`, or a mapping of `id`, `subject` and `extra`.
    ledger: a path, or a ledger: remember every intent before it is sent, so that no crash issues twice.
    account: name of the vendor account, for ledgers: the same after an API key was changed.
    settle_after: how long after sending a lost answer may still become a credential; a timedelta or seconds.
    concurrency, batch_size: how many sends at once, and how many requests to a send.
    config: path of a `credkit.toml`; without it the one in the working directory, if there is one.
    """

    templates: Mapping[str, str | Template | Mapping[str, Any]]
    ledger: Ledger | str | PathLike[str]
    account: str
    settle_after: timedelta | float
    concurrency: int
    batch_size: int
    config: str | PathLike[str]


@overload
def connect(
    vendor: Literal["record"],
    *,
    client: Record | None = None,
    token: str | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    **options: Unpack[ConnectOptions],
) -> Issuer[Record]: ...
@overload
def connect(
    vendor: Literal["beltic"],
    *,
    client: Beltic | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    **options: Unpack[ConnectOptions],
) -> Issuer[Beltic]: ...
@overload
def connect(
    vendor: Literal["didx"],
    *,
    client: Didx | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    token: str | None = None,
    host: str | None = None,
    base_url: str | None = None,
    **options: Unpack[ConnectOptions],
) -> Issuer[Didx]: ...
@overload
def connect(
    vendor: Literal["nchain"],
    *,
    client: NChain | None = None,
    api_key: str | None = None,
    token: str | None = None,
    environment_id: str | None = None,
    base_url: str | None = None,
    correlation_id: str | None = None,
    organisation_profile_id: str | None = None,
    **options: Unpack[ConnectOptions],
) -> Issuer[NChain]: ...
@overload
def connect(vendor: Adapter[C, Any], **settings: Any) -> Issuer[C]: ...
@overload
def connect(vendor: str, **settings: Any) -> Issuer[Any]: ...
def connect(vendor: str | Adapter[Any, Any], **settings: Any) -> Issuer[Any]:
    """An issuer for a vendor.

    Args:
        vendor: "record", "beltic", "didx" or "nchain"; the name of an adapter that another distribution brings; or an adapter.
        client: a generated client to use, instead of making one; it stays the caller's to close.
        settings: credentials, `base_url` and server variables as the vendor's client takes them, `ConnectOptions`, and whatever else
            the adapter takes.

    Raises:
        ConfigurationError: no API key, a live key in a test, settings that make no sense.
        ImportError: the vendor's package is not installed; the message names the extra.
    """
    return Issuer(**_parts(vendor, settings, asynchronous=False))


@overload
def connect_async(
    vendor: Literal["record"],
    *,
    client: AsyncRecord | None = None,
    token: str | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    **options: Unpack[ConnectOptions],
) -> AsyncIssuer[AsyncRecord]: ...
@overload
def connect_async(
    vendor: Literal["beltic"],
    *,
    client: AsyncBeltic | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    **options: Unpack[ConnectOptions],
) -> AsyncIssuer[AsyncBeltic]: ...
@overload
def connect_async(
    vendor: Literal["didx"],
    *,
    client: AsyncDidx | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    token: str | None = None,
    host: str | None = None,
    base_url: str | None = None,
    **options: Unpack[ConnectOptions],
) -> AsyncIssuer[AsyncDidx]: ...
@overload
def connect_async(
    vendor: Literal["nchain"],
    *,
    client: AsyncNChain | None = None,
    api_key: str | None = None,
    token: str | None = None,
    environment_id: str | None = None,
    base_url: str | None = None,
    correlation_id: str | None = None,
    organisation_profile_id: str | None = None,
    **options: Unpack[ConnectOptions],
) -> AsyncIssuer[AsyncNChain]: ...
@overload
def connect_async(vendor: Adapter[Any, A], **settings: Any) -> AsyncIssuer[A]: ...
@overload
def connect_async(vendor: str, **settings: Any) -> AsyncIssuer[Any]: ...
def connect_async(vendor: str | Adapter[Any, Any], **settings: Any) -> AsyncIssuer[Any]:
    """The async twin of `connect`."""
    return AsyncIssuer(**_parts(vendor, settings, asynchronous=True))


def adapter_type(vendor: str) -> type[Any]:
    """The adapter of a vendor by name.

    Raises:
        ConfigurationError: nobody brings one.
    """
    if vendor in VENDORS:
        found: type[Any] = getattr(import_module(f".adapters.{vendor}", __package__), VENDORS[vendor])
        return found
    for entry in entry_points(group=ENTRY_POINTS, name=vendor):
        loaded: type[Any] = entry.load()
        return loaded
    others = sorted({entry.name for entry in entry_points(group=ENTRY_POINTS)})
    raise ConfigurationError(f"no adapter for {vendor!a}; there are {', '.join([*VENDORS, *others])}")


def _parts(vendor: str | Adapter[Any, Any], settings: dict[str, Any], *, asynchronous: bool) -> dict[str, Any]:
    """The arguments of an issuer."""
    kind = adapter_type(vendor) if isinstance(vendor, str) else type(vendor)
    name = kind.vendor
    settings = {key: value for key, value in settings.items() if value is not None}
    client, ledger, account = (settings.pop(key, None) for key in ("client", "ledger", "account"))
    settings = configured(kind, name, settings.pop("config", None)) | settings
    owned = client is None
    if not hasattr(settings.get("clock", SYSTEM_CLOCK), "monotonic"):
        raise ConfigurationError("clock= is a credkit.runtime.clock.Clock; of a simulator that is `client_clock`")
    if client is None:
        made = client_type(kind, name, asynchronous)
        refuse_strange([*own_arguments(made), *own_settings(kind)], settings)
        client = client_of(made, name, settings)
    clock = settings.pop("clock", SYSTEM_CLOCK)
    if ledger is not None and not isinstance(ledger, (str, PathLike)) and not hasattr(ledger, "claim"):
        raise ConfigurationError(f"ledger= is a path, or a Ledger; got {kind_of(ledger)}")
    adapter = adapter_of(kind, name, settings) if isinstance(vendor, str) else vendor
    if settings:
        raise TypeError(f"connect() got an unexpected keyword argument {min(settings)!r}")
    if isinstance(ledger, (str, PathLike)):
        from .ledger.sqlite import SqliteLedger

        ledger = SqliteLedger.open(ledger, now=lambda: utc(clock.now()))
    return {
        "adapter": adapter,
        "client": client,
        "clock": clock,
        "ledger": ledger,
        "account": account,
        "owned": owned,
    }
