"""What one client is made of, apart from its transport: settings, credentials, limits, and the making of calls."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from os import PathLike
from typing import TYPE_CHECKING, Any

from .api import Api, OAuth2
from .auth import Authenticator, Credential, Signed, read_credentials
from .call import Call, Progress, base_headers
from .clock import SYSTEM_CLOCK, Deadline
from .errors import ApiError, CallInfo, InsecureBaseUrl
from .fence import check_answer_mode, check_credential_mode
from .forks import reset_in_child
from .headers import check_header, check_header_value
from .observer import Observer
from .operation import Operation
from .options import CallOptions, Settings, check_count, check_timeout
from .redaction import Redactor
from .retry import RetryBudget
from .transport import Origin
from .unset import UNSET
from .urls import Base, base_from, is_loopback, join_target

if TYPE_CHECKING:
    from .bodies import EncodedBody
    from .limiter import RateLimitStore
    from .limiter_sqlite import SqliteStore
    from .oauth import TokenSource
    from .serialise import Target

_CALL_OPTIONS = CallOptions.__optional_keys__


class Core:
    """Shared by a client and its copies; safe to use from threads and tasks."""

    def __init__(
        self,
        api: Api,
        credentials: Mapping[str, object],
        server_variables: Mapping[str, str | None],
        base_url: str | None,
        settings: Settings,
    ) -> None:
        self.api = api
        self.settings = settings
        self.server_variables = server_variables
        self.base_url = base_url
        self.base: Base = base_from(api.servers, server_variables, base_url)
        self.credentials: dict[str, Credential] = read_credentials(api, credentials)
        self._check_settings()
        self.authenticator = Authenticator(api, self.credentials, self._token_sources())
        self.redactor = Redactor(secret for credential in self.credentials.values() for secret in credential.secrets())
        self.observer = Observer(settings.hooks)
        self.budget = RetryBudget()
        self._limit_file: SqliteStore | None = None
        self._store = self._choose_store()
        reset_in_child(self)

    def _token_sources(self) -> dict[str, TokenSource]:
        if not any(isinstance(one.scheme, OAuth2) for one in self.credentials.values()):
            return {}
        from .servers import token_sources  # fetching tokens is for those who need it

        return token_sources(self.api, self.credentials, self.base, self.server_variables, self.base_url, self.settings)

    def after_fork(self) -> None:
        self.redactor.after_fork()
        self.budget.after_fork()

    def with_settings(self, settings: Settings) -> Core:
        """The same client with other settings."""
        other = copy(self)
        other.settings, other.observer = settings, Observer(settings.hooks)
        other._check_settings()
        reset_in_child(other)
        return other

    def _check_settings(self) -> None:
        """Refuse early what every call, or every call with a credential, would refuse."""
        for name, value in self.settings.headers.items():
            check_header(name, value)
        for credential in self.credentials.values():
            check_credential_mode(self.api, self.settings, self.base, credential.parts.values())
        if self.credentials and self.base_url is not None:  # else operations may have secure servers of their own
            self._check_origin(self.base.origin)

    def close(self) -> None:
        """Close the rate limit file, if this client opened one."""
        if self._limit_file is not None:
            self._limit_file.close()

    @property
    def store(self) -> RateLimitStore:
        """Where the rate limits of this client are kept."""
        if self._store is not None:
            return self._store
        from .limiter import SHARED

        return SHARED

    def _choose_store(self) -> RateLimitStore | None:
        """A file or store that was asked for; None is the one of all clients that talk to real servers on the machine's clock."""
        settings = self.settings
        if isinstance(settings.rate_limit_store, (str, PathLike)):
            from .limiter_sqlite import SqliteStore

            self._limit_file = SqliteStore(settings.rate_limit_store)
            return self._limit_file
        real = settings.transport is None or isinstance(settings.transport, str)
        if settings.rate_limit_store is not None or (real and settings.clock is SYSTEM_CLOCK):
            return settings.rate_limit_store
        from .limiter import MemoryStore

        return MemoryStore()

    # --- making a call -----------------------------------------------------------------------------------------------

    def prepare(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object,
        options: CallOptions | None,
        *,
        streaming: bool = False,
        whole: bool = False,
        target: str | None = None,
    ) -> Call:
        """Everything that can be decided before something is sent; raises ConfigurationError and InvalidArgument.

        `whole`: the value is the whole body, not the member that `unwrap` names. `target` replaces path and query (a link to
        the next page, already checked).
        """
        try:
            return self._prepare(operation, arguments, body, options or {}, streaming, whole, target)
        except ApiError as error:
            error.attach(self._unsent(operation))
            raise

    def _prepare(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object,
        options: CallOptions,
        streaming: bool,
        whole: bool,
        target: str | None,
    ) -> Call:
        # models, multipart and half of pydantic: they load with the first call, not with the import of a client
        from .serialise import serialise_parameters

        settings = self.settings
        if unknown := options.keys() - _CALL_OPTIONS:
            raise TypeError(f"unknown call option {min(unknown)!r}")
        started = settings.clock.monotonic()
        deadline = Deadline(settings.clock, started + check_timeout(options.get("timeout", settings.timeout)))
        base = self.base
        if operation.servers:
            from .servers import operation_base

            base = operation_base(operation.servers[0], self.server_variables, base, self.base_url)
        placed = serialise_parameters(operation, arguments)
        encoded = None
        if operation.body is not None:
            from .bodies import encode_body

            encoded = encode_body(operation.body, body)
        headers, key, key_sent = self._headers(operation, placed, encoded, options)
        schemes = self.authenticator.choose(operation)
        check_credential_mode(self.api, settings, base, self.authenticator.values(schemes))
        return Call(
            operation=operation,
            base=base,
            target=target or join_target(base, operation.path, placed.path, placed.query),
            headers=headers,
            body=encoded,
            schemes=schemes,
            deadline=deadline,
            started=started,
            max_attempts=check_count("max_attempts", options.get("max_attempts", settings.max_attempts)),
            strict=options.get("strict", settings.strict),
            unwrap=None if whole else operation.unwrap,
            key=key,
            key_sent=key_sent,
            limit_key=self._limit_key(operation, base),
            sent=(arguments, None if body is UNSET else body, options.get("headers")),
            streaming=streaming,
        )

    def _headers(
        self, operation: Operation[Any], placed: Target, encoded: EncodedBody | None, options: CallOptions
    ) -> tuple[tuple[tuple[str, str], ...], str | None, bool]:
        """The headers without credentials and framing, the call's key, and whether the key is among them."""
        own = options.get("headers", {})
        for name, value in own.items():
            check_header(name, value)
        headers = base_headers(operation, self.settings.headers, placed.headers, own)
        if encoded is not None:
            headers["content-type"] = encoded.content_type
        key = options.get("idempotency_key")
        if operation.idempotency is None:
            return tuple(headers.items()), key, False
        import uuid

        name = operation.idempotency.header.lower()
        key = key or headers.get(name) or str(uuid.uuid4())
        check_header_value(name, key)
        headers[name] = key
        return tuple(headers.items()), key, True

    def _limit_key(self, operation: Operation[Any], base: Base) -> str:
        """Whose calls count together: those to one operation of one server under the same credentials."""
        if operation.rate_limit is None:
            return ""
        import hashlib

        text = f"{self.api.name} {base} {operation.id} {self.authenticator.fingerprint}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _unsent(self, operation: Operation[Any]) -> CallInfo:
        return CallInfo(api=self.api.name, operation=operation.id, method=operation.method, path=operation.path)

    # --- checks inside a call ----------------------------------------------------------------------------------------

    def check_secure(self, call: Call, signed: Signed) -> None:
        """Refuse to send credentials over plain http to another machine."""
        if signed.carries_secret or any(name in ("authorization", "cookie") for name, _ in call.headers):
            self._check_origin(call.base.origin)

    def _check_origin(self, origin: Origin) -> None:
        if origin.scheme != "https" and not self.settings.allow_http and not is_loopback(origin.host):
            raise InsecureBaseUrl("credentials would travel over plain http to another machine")

    def check_mode(self, progress: Progress, value: object, content: bytes) -> None:
        """Refuse an object of another mode than the credential's."""
        if self.api.mode:
            check_answer_mode(self.api, progress, value, content, self.authenticator.values(progress.call.schemes))
