"""The tree of errors: drawn as it is, picklable, and two things at once where an outcome is unknown."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from credkit.runtime import errors
from credkit.runtime.error_types import as_unknown, status_error_type
from credkit.runtime.errors import (
    ApiError,
    CallInfo,
    ConfigurationError,
    DeadlineBeforeSending,
    DeadlineExceeded,
    NotFoundError,
    NotSent,
    OutcomeUnknown,
    RateLimitedError,
    ServerError,
    StatusError,
)
from credkit.runtime.outcome import Phase

CALL = CallInfo(
    api="demo",
    operation="op",
    method="POST",
    path="/t",
    attempts=2,
    elapsed=1.234,
    request_id="r",
    key="k",
    phase=Phase.WAIT,
)
CLASSES = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, ApiError) and cls.__module__ == errors.__name__
]


class VendorError(StatusError):
    """The vendor's."""


class VendorNotFound(VendorError, NotFoundError):
    """404."""


def test_every_class_stands_in_the_drawing() -> None:
    drawing = inspect.getdoc(errors) or ""
    for cls in CLASSES:
        assert re.search(rf"\b{cls.__name__}\b", drawing), cls.__name__


def test_the_drawing_shows_the_tree() -> None:
    """The indentation of a drawn class says which class it derives from."""
    path: list[str] = []
    for line in (inspect.getdoc(errors) or "").splitlines():
        match = re.match(r"^([ │├└─]*)(\w+)", line)
        cls = getattr(errors, match[2], None) if match else None
        if match is None or not inspect.isclass(cls) or not issubclass(cls, ApiError) or "─" not in match[1]:
            continue
        depth = line.index("─ ") // 4 - 1
        path = [*path[:depth], match[2]]
        if depth:
            assert issubclass(cls, getattr(errors, path[depth - 1])), line
        else:
            assert cls.__mro__[1] is ApiError, line
    assert path


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_says_what_to_do_and_survives(cls: type[ApiError]) -> None:
    more: dict[str, Any] = {
        "RateLimitWait": {"retry_at": datetime(2027, 1, 1, tzinfo=UTC)},
        "TokenError": {"scheme": "s"},
    }
    error = cls("it broke", call=CALL, **more.get(cls.__name__, {}))
    assert str(error).startswith("POST /t (demo.op): it broke [request id r, 2 attempts, 1.23 s, caller's key k]")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is cls
        assert (str(again), again.call) == (str(error), CALL)
        assert again.__dict__ == error.__dict__


def test_an_error_before_any_call() -> None:
    error = ConfigurationError("no base URL")
    assert (str(error), error.operation, error.attempts, error.request_id) == ("no base URL", None, 0, None)
    error.attach(CALL)
    assert str(error).startswith("POST /t (demo.op): no base URL")
    other = CallInfo(api="x", operation="y", method="GET", path="/")
    error.attach(other)
    assert error.call is CALL


@pytest.mark.parametrize(
    ("status", "documented", "expected"),
    [
        (404, {}, NotFoundError),
        (418, {}, StatusError),
        (520, {}, ServerError),
        (600, {}, StatusError),
        (404, {"404": VendorNotFound, "default": VendorError}, VendorNotFound),
        (404, {"4XX": VendorNotFound}, VendorNotFound),
        (418, {"default": VendorError}, VendorError),
    ],
)
def test_classes_of_statuses(
    status: int, documented: dict[str, type[StatusError]], expected: type[StatusError]
) -> None:
    assert status_error_type(status, documented) is expected


@pytest.mark.parametrize(("status", "general"), [(404, NotFoundError), (429, RateLimitedError), (503, ServerError)])
def test_a_vendors_catch_all_is_the_general_class_too(status: int, general: type[StatusError]) -> None:
    cls = status_error_type(status, {"default": VendorError})
    assert issubclass(cls, VendorError)
    assert issubclass(cls, general)
    assert status_error_type(status, {"default": VendorError}) is cls
    error = cls("x", status=status, call=CALL)
    assert type(pickle.loads(pickle.dumps(error))) is cls


def test_unknown_and_something_else() -> None:
    cls = as_unknown(status_error_type(503, {"default": VendorError}))
    assert as_unknown(cls) is cls
    assert as_unknown(ApiError) is OutcomeUnknown
    error = cls("503", status=503, call=CALL)
    for one in (VendorError, ServerError, OutcomeUnknown):
        assert isinstance(error, one)
    assert not isinstance(error, NotSent)
    assert "The vendor may have acted" in str(error)
    assert isinstance(error, OutcomeUnknown)
    assert (error.key, error.idempotency_key, error.phase) == ("k", None, Phase.WAIT)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is cls
    assert again.status == 503


def test_a_deadline_is_a_timeout() -> None:
    assert issubclass(DeadlineExceeded, TimeoutError)
    assert issubclass(DeadlineBeforeSending, NotSent)
    assert issubclass(errors.InvalidArgument, ValueError)
