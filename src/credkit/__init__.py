"""One typed way to issue credentials through any vendor.

The errors of every generated client live here, so that an application catches `credkit.NotFoundError` whichever vendor it
called. Importing this package loads neither a vendor nor the HTTP stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .runtime.lazy import lazy

if TYPE_CHECKING:
    from .runtime.errors import (
        ApiError as ApiError,
    )
    from .runtime.errors import (
        AuthenticationError as AuthenticationError,
    )
    from .runtime.errors import (
        BadRequestError as BadRequestError,
    )
    from .runtime.errors import (
        ClientClosed as ClientClosed,
    )
    from .runtime.errors import (
        ConfigurationError as ConfigurationError,
    )
    from .runtime.errors import (
        ConflictError as ConflictError,
    )
    from .runtime.errors import (
        ConnectionFailed as ConnectionFailed,
    )
    from .runtime.errors import (
        ConnectionLost as ConnectionLost,
    )
    from .runtime.errors import (
        DeadlineBeforeSending as DeadlineBeforeSending,
    )
    from .runtime.errors import (
        DeadlineExceeded as DeadlineExceeded,
    )
    from .runtime.errors import (
        DriftError as DriftError,
    )
    from .runtime.errors import (
        GoneError as GoneError,
    )
    from .runtime.errors import (
        InsecureBaseUrl as InsecureBaseUrl,
    )
    from .runtime.errors import (
        InvalidArgument as InvalidArgument,
    )
    from .runtime.errors import (
        InvalidBaseUrl as InvalidBaseUrl,
    )
    from .runtime.errors import (
        InvalidCredential as InvalidCredential,
    )
    from .runtime.errors import (
        LiveCredentialRefused as LiveCredentialRefused,
    )
    from .runtime.errors import (
        MissingCredential as MissingCredential,
    )
    from .runtime.errors import (
        MissingServerVariable as MissingServerVariable,
    )
    from .runtime.errors import (
        ModeMismatch as ModeMismatch,
    )
    from .runtime.errors import (
        NotFoundError as NotFoundError,
    )
    from .runtime.errors import (
        NotSent as NotSent,
    )
    from .runtime.errors import (
        OutcomeUnknown as OutcomeUnknown,
    )
    from .runtime.errors import (
        PagingError as PagingError,
    )
    from .runtime.errors import (
        PermissionDeniedError as PermissionDeniedError,
    )
    from .runtime.errors import (
        RateLimitedError as RateLimitedError,
    )
    from .runtime.errors import (
        RateLimitWait as RateLimitWait,
    )
    from .runtime.errors import (
        RedirectRefused as RedirectRefused,
    )
    from .runtime.errors import (
        ResponseTooLarge as ResponseTooLarge,
    )
    from .runtime.errors import (
        ServerError as ServerError,
    )
    from .runtime.errors import (
        StatusError as StatusError,
    )
    from .runtime.errors import (
        TokenError as TokenError,
    )
    from .runtime.errors import (
        UnexpectedResponse as UnexpectedResponse,
    )
    from .runtime.errors import (
        UnprocessableEntityError as UnprocessableEntityError,
    )
    from .runtime.errors import (
        UnreadableBody as UnreadableBody,
    )
    from .runtime.files import File as File
    from .runtime.unset import UNSET as UNSET
    from .runtime.unset import Unset as Unset
    from .runtime.webhook_errors import WebhookError as WebhookError

__all__ = [
    "UNSET",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosed",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailed",
    "ConnectionLost",
    "DeadlineBeforeSending",
    "DeadlineExceeded",
    "DriftError",
    "File",
    "GoneError",
    "InsecureBaseUrl",
    "InvalidArgument",
    "InvalidBaseUrl",
    "InvalidCredential",
    "LiveCredentialRefused",
    "MissingCredential",
    "MissingServerVariable",
    "ModeMismatch",
    "NotFoundError",
    "NotSent",
    "OutcomeUnknown",
    "PagingError",
    "PermissionDeniedError",
    "RateLimitWait",
    "RateLimitedError",
    "RedirectRefused",
    "ResponseTooLarge",
    "ServerError",
    "StatusError",
    "TokenError",
    "UnexpectedResponse",
    "UnprocessableEntityError",
    "UnreadableBody",
    "Unset",
    "WebhookError",
]

_HOMES = {
    "File": ".runtime.files",
    "UNSET": ".runtime.unset",
    "Unset": ".runtime.unset",
    "WebhookError": ".runtime.webhook_errors",
}
__getattr__ = lazy(__name__, {name: _HOMES.get(name, ".runtime.errors") for name in __all__})
