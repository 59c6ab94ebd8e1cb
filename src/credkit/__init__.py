"""One typed way to issue credentials through any vendor.

The errors of every generated client live here, so that an application catches `credkit.NotFoundError` whichever vendor it
called. Importing this package loads neither a vendor nor the HTTP stack.

    issuer = credkit.connect("record")                # an Issuer: one way to issue through any vendor
    result = issuer.issue([credkit.IssueRequest("prog_…", credkit.Person("Alice Johnson", "alice@example.com"))])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .runtime.lazy import lazy

if TYPE_CHECKING:
    from .capabilities import Capability as Capability
    from .capabilities import RefusedByVendor as RefusedByVendor
    from .capabilities import Support as Support
    from .capabilities import UnsupportedByVendor as UnsupportedByVendor
    from .connecting import connect as connect
    from .connecting import connect_async as connect_async
    from .events import Event as Event
    from .events import EventKind as EventKind
    from .issuer import AsyncIssuer as AsyncIssuer
    from .issuer import Issuer as Issuer
    from .model import Channel as Channel
    from .model import Credential as Credential
    from .model import CredentialStatus as CredentialStatus
    from .model import Delivery as Delivery
    from .model import DeliveryStatus as DeliveryStatus
    from .model import IssueRequest as IssueRequest
    from .model import Offer as Offer
    from .model import Organisation as Organisation
    from .model import Person as Person
    from .model import Reason as Reason
    from .model import Subject as Subject
    from .model import Template as Template
    from .results import Issued as Issued
    from .results import IssueResult as IssueResult
    from .results import Rejected as Rejected
    from .results import Result as Result
    from .results import Unknown as Unknown
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
    from .secret import Secret as Secret
    from .ticket import Ticket as Ticket

__all__ = [
    "UNSET",
    "ApiError",
    "AsyncIssuer",
    "AuthenticationError",
    "BadRequestError",
    "Capability",
    "Channel",
    "ClientClosed",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailed",
    "ConnectionLost",
    "Credential",
    "CredentialStatus",
    "DeadlineBeforeSending",
    "DeadlineExceeded",
    "Delivery",
    "DeliveryStatus",
    "DriftError",
    "Event",
    "EventKind",
    "File",
    "GoneError",
    "InsecureBaseUrl",
    "InvalidArgument",
    "InvalidBaseUrl",
    "InvalidCredential",
    "IssueRequest",
    "IssueResult",
    "Issued",
    "Issuer",
    "LiveCredentialRefused",
    "MissingCredential",
    "MissingServerVariable",
    "ModeMismatch",
    "NotFoundError",
    "NotSent",
    "Offer",
    "Organisation",
    "OutcomeUnknown",
    "PagingError",
    "PermissionDeniedError",
    "Person",
    "RateLimitWait",
    "RateLimitedError",
    "Reason",
    "RedirectRefused",
    "RefusedByVendor",
    "Rejected",
    "ResponseTooLarge",
    "Result",
    "Secret",
    "ServerError",
    "StatusError",
    "Subject",
    "Support",
    "Template",
    "Ticket",
    "TokenError",
    "UnexpectedResponse",
    "Unknown",
    "UnprocessableEntityError",
    "UnreadableBody",
    "Unset",
    "UnsupportedByVendor",
    "WebhookError",
    "connect",
    "connect_async",
]

_HOMES = {
    "Channel": ".model",
    "Credential": ".model",
    "CredentialStatus": ".model",
    "Delivery": ".model",
    "DeliveryStatus": ".model",
    "IssueRequest": ".model",
    "IssueResult": ".results",
    "Issued": ".results",
    "Offer": ".model",
    "Organisation": ".model",
    "Person": ".model",
    "Reason": ".model",
    "Rejected": ".results",
    "Result": ".results",
    "Subject": ".model",
    "Template": ".model",
    "Unknown": ".results",
    "Ticket": ".ticket",
    "Secret": ".secret",
    "Capability": ".capabilities",
    "RefusedByVendor": ".capabilities",
    "Support": ".capabilities",
    "UnsupportedByVendor": ".capabilities",
    "Event": ".events",
    "EventKind": ".events",
    "AsyncIssuer": ".issuer",
    "Issuer": ".issuer",
    "connect": ".connecting",
    "connect_async": ".connecting",
    "File": ".runtime.files",
    "UNSET": ".runtime.unset",
    "Unset": ".runtime.unset",
    "WebhookError": ".runtime.webhook_errors",
}
__getattr__ = lazy(__name__, {name: _HOMES.get(name, ".runtime.errors") for name in __all__})
