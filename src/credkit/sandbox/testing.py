"""Requests that no client would send, for tests: straight to a simulator, without a client."""

from __future__ import annotations

import json as json_module
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..runtime.headers import Headers
from ..runtime.testing.received import Received
from .simulator import Simulator

_UNSET: Any = object()


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back."""

    status: int
    headers: Headers = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json_module.loads(self.content)


def send(
    simulator: Simulator[Any],
    method: str,
    target: str,
    *,
    json: object = _UNSET,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Sent:
    """Send a request as it is.

    Args:
        target: path and query.
        json: the body, written as JSON, broken values and all.
        headers: on top of the ordinary key (`Authorization` and `X-Api-Key`) and, with `json`, its content type.
    """
    every = {"x-api-key": simulator.key, "authorization": f"Bearer {simulator.key}"}
    if json is not _UNSET:
        content = json_module.dumps(json).encode()
        every["content-type"] = "application/json"
    every |= {name.lower(): value for name, value in (headers or {}).items()}
    reply = simulator.handle(Received(method, target, Headers(every.items()), content))
    return Sent(reply.status, Headers(reply.headers), reply.content)
