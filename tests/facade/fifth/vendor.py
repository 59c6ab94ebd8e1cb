"""The invented vendor itself: a few lines that keep awards in a dictionary, with the sandbox's faults."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.runtime.testing.transport import StubTransport
from credkit.sandbox.clock import ClientClock, SandboxClock
from credkit.sandbox.faults import Faults, spoil

KEY = "lumen-key"


@dataclass
class Entry:
    operation: str


@dataclass
class LumenVendor(StubTransport):
    """Answers like Lumen. The attributes are those of a simulator, as far as the conformance suite looks at them."""

    key: str = KEY
    clock: SandboxClock = field(default_factory=SandboxClock)
    faults: Faults = field(default_factory=Faults)
    log: list[Entry] = field(default_factory=list)
    awards: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.handle)

    @property
    def client_clock(self) -> ClientClock:
        return ClientClock(self.clock)

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def handle(self, received: Received) -> Reply:
        self.clock.tick()
        path = urlsplit(received.target).path.removeprefix("/v1/awards").strip("/")
        operation = {"POST": "createAward", "GET": "listAwards"}[received.method] if not path else "getAward"
        operation = "withdrawAward" if path.endswith("/withdraw") else operation
        self.log.append(Entry(operation))
        fault = self.faults.take(operation)
        reply = Reply()
        if fault is None or fault.committed:
            status, body = self._act(operation, path.partition("/")[0], received)
            headers = (("content-type", "application/json"),)
            reply = Reply(status=status, headers=headers, content=json.dumps(body).encode())
        return reply if fault is None else spoil(reply, fault, b'{"code": "on_order"}')

    def _act(self, operation: str, id_: str, received: Received) -> tuple[int, Any]:
        if received.headers.get("authorization") not in (f"Bearer {KEY}", f"Bearer {KEY}-other"):
            return 401, {"code": "who_are_you"}
        if operation == "createAward":
            asked = json.loads(received.content)
            if asked["kind"] == "unheard-of":
                return 400, {"code": "no_such_kind", "message": f"{asked['holder']['email']} cannot have it"}
            id_ = f"award_{len(self.awards) + 1}"
            made = {"id": id_, "state": "given", "page": f"https://lumen.example/{id_}", **asked}
            self.awards[id_] = {**made, "given_at": self.clock.now().isoformat()}
            return 201, _shown(self.awards[id_])
        if operation == "listAwards":
            wanted = parse_qs(urlsplit(received.target).query).get("client_reference")
            found = [one for one in self.awards.values() if wanted is None or one["client_reference"] in wanted]
            return 200, {"awards": [_shown(one) for one in found]}
        award = self.awards.get(id_)
        if award is None:
            return 404, {"code": "no_such_award"}
        if operation == "withdrawAward":
            if award["state"] == "withdrawn":
                return 409, {"code": "withdrawn_already"}
            award["state"] = "withdrawn"
        return 200, _shown(award)


def _shown(award: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in award.items() if name != "holder"}
