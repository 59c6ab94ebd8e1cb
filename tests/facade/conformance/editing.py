"""Vendors whose answers are changed on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import credkit
from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.runtime.testing.transport import StubTransport
from credkit.sandbox.simulator import Simulator

from .cases import Case


def connect(case: Case, simulator: Simulator[Any], edit: Callable[[Received, Any], Any], **more: Any) -> Any:
    """An issuer to whom every answer that is JSON comes edited."""

    def handle(received: Received) -> Reply:
        reply = simulator.handle(received)
        if reply.status >= 300 or not reply.content:
            return reply
        body = json.loads(reply.content)
        changed = edit(received, body)
        return replace(reply, content=json.dumps(body if changed is None else changed).encode())

    given = {**case.settings(simulator), "transport": StubTransport(handle), "clock": simulator.client_clock}
    return credkit.connect(case.name, **{**given, "max_attempts": 1, **more})


def as_it_is(received: Received, body: Any) -> None:
    """Edits nothing."""


def everywhere(member: str, change: Callable[[str], str]) -> Callable[[Received, Any], None]:
    """Edits a member wherever it is."""

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, one in value.items():
                if name == member and isinstance(one, str):
                    value[name] = change(one)
                else:
                    walk(one)
        for one in value if isinstance(value, list) else ():
            walk(one)

    return lambda _, body: walk(body)
