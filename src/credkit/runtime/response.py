"""`RawResponse`: an answer with everything that came with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from .headers import Headers

if TYPE_CHECKING:
    from .drift import Drift

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResponse(Generic[T_co]):
    """What `with_raw_response` returns.

    Attributes:
        status: HTTP status.
        headers: response headers; names ignore case.
        content: the body, decompressed.
        parsed: the value that the plain method returns.
        drift: where the answer contradicts the API's description.
        request_id: the vendor's id of the request, if it gave one.
        attempts: how many requests were sent.
        elapsed: seconds from the beginning of the call, with retries and waits.
    """

    status: int
    headers: Headers
    content: bytes
    parsed: T_co
    drift: tuple[Drift, ...]
    request_id: str | None
    attempts: int
    elapsed: float

    def __repr__(self) -> str:
        return f"<RawResponse {self.status}, {len(self.content)} bytes, {len(self.drift)} places of drift>"
