"""Which class an error is of: by its status, by what the API documents, and by whether the outcome is known.

Where two classes are meant at once (a documented 503 that leaves the outcome of a write open), one is made of both when it is first met.
Errors of such a class pickle by the importable classes that it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from .errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    GoneError,
    NotFoundError,
    OutcomeUnknown,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    StatusError,
    UnprocessableEntityError,
)  # fmt: skip

ErrorT = TypeVar("ErrorT", bound=ApiError)

_BY_STATUS: dict[int, type[StatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    422: UnprocessableEntityError,
    429: RateLimitedError,
}

_made: dict[tuple[type[ApiError], type[ApiError]], type[ApiError]] = {}


def status_error_type(status: int, documented: Mapping[str, type[StatusError]]) -> type[StatusError]:
    """The class for `status`: the documented one, which then is the runtime's class for that status as well."""
    general = _BY_STATUS.get(status, ServerError if 500 <= status < 600 else StatusError)
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in documented:
            return _both(documented[key], general)
    return general


def as_unknown(cls: type[ErrorT]) -> type[ErrorT]:
    """`cls` as a class that is an `OutcomeUnknown` too."""
    return _both(cls, OutcomeUnknown)


def _both(cls: type[ErrorT], other: type[ApiError]) -> type[ErrorT]:
    """One class for each pair, made when first met; errors of it pickle by the pair."""
    if issubclass(cls, other):
        return cls
    known = other if cls in other.__mro__ else _made.get((cls, other))
    if known is None:
        namespace: dict[str, object] = {"__module__": cls.__module__, "__doc__": other.__doc__, "_pair": (cls, other)}
        if other is OutcomeUnknown:
            namespace |= {"advice": other.advice, "advice_given": other.advice_given}
        name = f"{cls.__name__}{other.__name__}" if other is OutcomeUnknown else cls.__name__
        known = _made.setdefault((cls, other), type(name, (cls, other), namespace))
    return cast("type[ErrorT]", known)  # it derives from cls


def rebuild(made_of: Sequence[type[ApiError]], args: tuple[object, ...], state: dict[str, Any]) -> ApiError:
    """An error of the class that was made of these."""
    cls = made_of[0]
    for other in made_of[1:]:
        cls = _both(cls, other)
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def parts(cls: type[ApiError]) -> tuple[type[ApiError], ...]:
    """The importable classes that `cls` was made of."""
    pair = cls.__dict__.get("_pair")
    return (cls,) if pair is None else (*parts(pair[0]), pair[1])
