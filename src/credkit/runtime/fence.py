"""Keeps live credentials out of tests and sandboxes, and test objects apart from live ones."""

from __future__ import annotations

import os
from collections.abc import Iterable

from .api import Api
from .call import Progress
from .errors import LiveCredentialRefused, ModeMismatch
from .options import Settings
from .pointers import find_all
from .urls import Base, is_loopback

LIVE = "live"


def mode_of(api: Api, credentials: Iterable[str]) -> str | None:
    """The mode that the credentials' prefixes tell; None when they tell none."""
    for value in credentials:
        for key_mode in api.key_modes:
            if value.startswith(key_mode.prefix):
                return key_mode.mode
    return None


def check_credential_mode(api: Api, settings: Settings, base: Base, credentials: Iterable[str]) -> None:
    """Refuse a live credential under pytest, and against a server on this machine."""
    if not api.key_modes or settings.allow_live or mode_of(api, credentials) != LIVE:
        return
    if "PYTEST_CURRENT_TEST" in os.environ:
        raise LiveCredentialRefused("a live credential in a test")
    if is_loopback(base.origin.host):
        raise LiveCredentialRefused("a live credential against a server on this machine")


def check_answer_mode(api: Api, progress: Progress, value: object, content: bytes, credentials: Iterable[str]) -> None:
    """Refuse an answer whose objects state another mode than the credential's. `content` is what `value` was read from."""
    expected = mode_of(api, credentials)
    if expected is None or not _may_state_another(api, expected, content):
        return
    for pointer in api.mode:
        for found in find_all(value, pointer):
            if isinstance(found, str) and found != expected and any(found == known.mode for known in api.key_modes):
                from .error_types import as_unknown

                cls = as_unknown(ModeMismatch) if progress.call.is_write else ModeMismatch
                raise cls(f"a {expected} credential got a {found} object", call=progress.info())


def _may_state_another(api: Api, expected: str, content: bytes) -> bool:
    """Whether the name of another mode stands anywhere in the JSON: a look that spares most answers the walk through them."""
    if b"\\u" in content or b"\0" in content:  # escaped letters; UTF-16
        return True
    return any(f'"{known.mode}"'.encode() in content for known in api.key_modes if known.mode != expected)
