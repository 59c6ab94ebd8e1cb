"""What generated clients are made of. Everything loads on first use, so that importing a client costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazy as lazy

if TYPE_CHECKING:
    from .api import Api, ApiKey, Basic, Bearer, KeyMode, MutualTLS, OAuth2
    from .client import AsyncClient, Client
    from .clock import Clock
    from .errors import ApiError, NotSent, OutcomeUnknown, StatusError
    from .events import DriftEvent, Hooks, RequestEvent, ResponseEvent, RetryEvent
    from .files import File, FileInput
    from .http import AsyncHttpTransport, HttpTransport
    from .limiter import MemoryStore, RateLimitStore
    from .limiter_sqlite import SqliteStore
    from .lines import ServerEvent
    from .models import Model
    from .operation import (
        Body,
        Content,
        Idempotency,
        Operation,
        PagedOperation,
        Pagination,
        Parameter,
        Part,
        RateLimit,
        Retry,
        Server,
        ServerVariable,
    )
    from .options import CallOptions, ClientOptions
    from .paging import AsyncPager, Page, Pager
    from .resource import (
        AsyncRawResource,
        AsyncResource,
        RawResource,
        Resource,
        all_pages,
        async_all_pages,
        async_raw,
        raw,
    )
    from .response import RawResponse
    from .streaming import AsyncStream, Stream
    from .transport import AsyncTransport, Transport, TransportFailure
    from .unset import UNSET, Unset

__all__ = [
    "UNSET",
    "Api",
    "ApiError",
    "ApiKey",
    "AsyncClient",
    "AsyncHttpTransport",
    "AsyncPager",
    "AsyncRawResource",
    "AsyncResource",
    "AsyncStream",
    "AsyncTransport",
    "Basic",
    "Bearer",
    "Body",
    "CallOptions",
    "Client",
    "ClientOptions",
    "Clock",
    "Content",
    "DriftEvent",
    "File",
    "FileInput",
    "Hooks",
    "HttpTransport",
    "Idempotency",
    "KeyMode",
    "MemoryStore",
    "Model",
    "MutualTLS",
    "NotSent",
    "OAuth2",
    "Operation",
    "OutcomeUnknown",
    "Page",
    "PagedOperation",
    "Pager",
    "Pagination",
    "Parameter",
    "Part",
    "RateLimit",
    "RateLimitStore",
    "RawResource",
    "RawResponse",
    "RequestEvent",
    "Resource",
    "ResponseEvent",
    "Retry",
    "RetryEvent",
    "Server",
    "ServerEvent",
    "ServerVariable",
    "SqliteStore",
    "StatusError",
    "Stream",
    "Transport",
    "TransportFailure",
    "Unset",
    "all_pages",
    "async_all_pages",
    "async_raw",
    "lazy",
    "raw",
]

_HOMES = {
    "api": "Api ApiKey Basic Bearer KeyMode MutualTLS OAuth2",
    "client": "AsyncClient Client",
    "clock": "Clock",
    "errors": "ApiError NotSent OutcomeUnknown StatusError",
    "events": "DriftEvent Hooks RequestEvent ResponseEvent RetryEvent",
    "files": "File FileInput",
    "http": "AsyncHttpTransport HttpTransport",
    "limiter": "MemoryStore RateLimitStore",
    "limiter_sqlite": "SqliteStore",
    "lines": "ServerEvent",
    "models": "Model",
    "operation": "Body Content Idempotency Operation PagedOperation Pagination Parameter Part RateLimit Retry Server ServerVariable",
    "options": "CallOptions ClientOptions",
    "paging": "AsyncPager Page Pager",
    "resource": "AsyncRawResource AsyncResource RawResource Resource all_pages async_all_pages async_raw raw",
    "response": "RawResponse",
    "streaming": "AsyncStream Stream",
    "transport": "AsyncTransport Transport TransportFailure",
    "unset": "UNSET Unset",
}

__getattr__ = lazy(__name__, {name: f".{module}" for module, names in _HOMES.items() for name in names.split()})
