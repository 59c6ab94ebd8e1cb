"""Credentials: which ones a call uses, and how they get into its request."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from .api import Api, ApiKey, Basic, Bearer, MutualTLS, OAuth2, Scheme
from .effects import Steps
from .errors import InvalidCredential, MissingCredential
from .operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from .oauth import Fetch, Token, TokenSource

_TEXT = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")


class Credential(NamedTuple):
    """What the application gave for one scheme. `parts` by kind: value, username, password, client_id, client_secret, token."""

    scheme: Scheme
    parts: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Credential({type(self.scheme).__name__})"

    def secrets(self) -> Iterator[str]:
        for kind, value in self.parts.items():
            if kind not in ("username", "client_id"):
                yield value
        if isinstance(self.scheme, Basic):
            yield basic_value(self.parts["username"], self.parts["password"])


class Signed(NamedTuple):
    """What the credentials of a call add to its request; `token` is the one that the client fetched itself."""

    headers: tuple[tuple[str, str], ...] = ()
    query: str = ""
    cookies: tuple[str, ...] = ()
    token: Token | None = None

    def __repr__(self) -> str:
        return "Signed(…)"

    @property
    def carries_secret(self) -> bool:
        return bool(self.headers or self.query or self.cookies)


NOTHING = Signed()


def basic_value(username: str, password: str) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def read_credentials(api: Api, given: Mapping[str, object]) -> dict[str, Credential]:
    """The credentials that are there, by scheme name. Raises InvalidCredential, which never shows a value."""
    found = {}
    for name, value in given.items():
        scheme = api.schemes.get(name)
        if scheme is None:
            known = ", ".join(map(repr, api.schemes)) or "none"
            raise InvalidCredential(f"{api.name} has no security scheme {name!r}", advice=f"It has {known}")
        parts = _parts(scheme, value)
        if not parts:
            continue
        called, arguments = api.credential_name(name), _arguments(api, name, value, parts)
        for kind, text in parts.items():
            _check(called, kind, text, scheme, arguments)
        if isinstance(scheme, OAuth2) and "token" not in parts:
            _check_both(called, ("client_id", "client_secret"), parts, arguments)
        if isinstance(scheme, Basic):
            _check_both(called, ("username", "password"), parts, arguments)
        found[name] = Credential(scheme=scheme, parts=parts)
    return found


def _arguments(api: Api, name: str, value: object, parts: Mapping[str, str]) -> dict[str, str]:
    """By kind, the argument of the generated constructor that takes it; a constructor gives every kind, those without value too."""
    kinds, taking = list(value if isinstance(value, Mapping) else parts), api.arguments.get(name, ())
    return dict(zip(kinds, taking, strict=True)) if len(kinds) == len(taking) else {}


def _check_both(called: str, kinds: tuple[str, str], parts: Mapping[str, str], arguments: Mapping[str, str]) -> None:
    absent = [kind for kind in kinds if kind not in parts]
    if absent:
        what = f"needs both {kinds[0]} and {kinds[1]}; missing: {' and '.join(absent)}"
        raise _without_value(f"credential {called} {what}", absent[0], arguments)


def _without_value(reason: str, kind: str, arguments: Mapping[str, str]) -> InvalidCredential:
    """What to raise where a kind has no value."""
    argument = arguments.get(kind, "")
    error = InvalidCredential(reason, advice=f"Give {argument}= a value" if argument else f"Give {kind} a value")
    error.missing = argument
    return error


def _parts(scheme: Scheme, value: object) -> dict[str, str]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {str(kind): text for kind, text in value.items() if text is not None}
    if isinstance(scheme, Basic) and isinstance(value, Sequence) and len(value) == 2 and not isinstance(value, str):
        return {"username": value[0], "password": value[1]}
    return {"token" if isinstance(scheme, OAuth2) else "value": value}  # type: ignore[dict-item]  # _check looks at the type


def _check(called: str, kind: str, value: object, scheme: Scheme, arguments: Mapping[str, str]) -> None:
    if not isinstance(value, str):
        advice = (
            "Give it as text: value.decode() makes a str of bytes" if isinstance(value, bytes) else "Give it as text"
        )
        raise InvalidCredential(
            f"credential {called}: {kind} has to be a str, not {type(value).__name__}", advice=advice
        )
    if not value:
        raise _without_value(f"credential {called}: {kind} is empty", kind, arguments)
    if isinstance(scheme, Basic):
        if kind == "username" and ":" in value:
            advice = "HTTP basic authentication ends a username at its first colon"
            raise InvalidCredential(f"credential {called}: a username cannot hold a colon", advice=advice)
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise InvalidCredential(f"credential {called}: {kind} holds a control character")
    elif not _TEXT.fullmatch(value):
        raise InvalidCredential(f"credential {called}: {kind} holds characters that cannot be sent")
    elif isinstance(scheme, ApiKey) and scheme.location == "cookie" and not _COOKIE_VALUE.fullmatch(value):
        raise InvalidCredential(f"credential {called}: {kind} holds characters that a cookie cannot carry")


class Authenticator:
    """Chooses and places the credentials of one client."""

    def __init__(self, api: Api, credentials: Mapping[str, Credential], sources: Mapping[str, TokenSource]) -> None:
        self._api = api
        self._credentials = credentials
        self._sources = sources

    @property
    def fingerprint(self) -> str:
        """Tells these credentials from others, without telling them."""
        digest = hashlib.sha256()
        for name in sorted(self._credentials):
            for kind, value in sorted(self._credentials[name].parts.items()):
                digest.update(f"{name}\0{kind}\0{value}\0".encode())
        return digest.hexdigest()

    def choose(self, operation: Operation[Any]) -> tuple[str, ...]:
        """The scheme names that a call will use: of the first alternative that the application gave all credentials for."""
        for alternative in operation.security:
            if alternative and all(self._has(name) for name in alternative):
                return alternative
        if not operation.security or () in operation.security:
            return ()
        name = self._api.credential_name
        ways = "; or ".join(" and ".join(map(name, alternative)) for alternative in operation.security)
        raise MissingCredential(f"no credential: this operation needs {ways}")

    def _has(self, name: str) -> bool:
        return name in self._credentials or isinstance(self._api.schemes.get(name), MutualTLS)

    def values(self, names: tuple[str, ...]) -> Iterator[str]:
        """The credentials themselves, to tell test from live."""
        for name in names:
            if name in self._credentials:
                yield from self._credentials[name].parts.values()

    def sign(self, names: tuple[str, ...], fetch: Callable[[], Fetch], rejected: Token | None) -> Steps:
        """Place the credentials `names`; `fetch` makes what gets a token, `rejected` is one that the vendor refused. Result: `Signed`."""
        signed = NOTHING
        for name in names:
            credential = self._credentials.get(name)
            if credential is None:
                continue
            token = None
            if name in self._sources:
                token = yield from self._sources[name].token(fetch(), rejected)
            signed = _add(signed, credential, token)
        return signed


def _add(signed: Signed, credential: Credential, token: Token | None) -> Signed:
    headers, query, cookies = signed.headers, signed.query, signed.cookies
    match credential.scheme:
        case OAuth2():
            value = token.value if token else credential.parts["token"]
            headers += (("authorization", f"Bearer {value}"),)
        case Bearer():
            headers += (("authorization", f"Bearer {credential.parts['value']}"),)
        case Basic():
            value = basic_value(credential.parts["username"], credential.parts["password"])
            headers += (("authorization", f"Basic {value}"),)
        case ApiKey(name, "header"):
            headers += ((name, credential.parts["value"]),)
        case ApiKey(name, "query"):
            pair = f"{quote(name, safe='')}={quote(credential.parts['value'], safe='')}"
            query = f"{query}&{pair}" if query else pair
        case ApiKey(name, _):
            cookies += (f"{quote(name, safe='')}={credential.parts['value']}",)
        case MutualTLS():
            pass
    return Signed(headers=headers, query=query, cookies=cookies, token=token or signed.token)
