"""The facade as the suite sees it: the same calls, whether the issuer is sync or async and what carries its requests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import credkit
from credkit.model import IssueRequest
from credkit.runtime.limiter import MemoryStore
from credkit.sandbox.simulator import Simulator

from .cases import Case

KINDS = tuple(f"{mode}-{carrier}" for mode in ("sync", "async") for carrier in ("stub", "httpx", "httpx2"))


class Facade:
    """An issuer of a vendor's sandbox. Calls of an async one run in a loop of their own until they are done."""

    def __init__(
        self, case: Case, simulator: Simulator[Any], kind: str, base_url: str | None = None, **settings: Any
    ) -> None:
        mode, _, carrier = kind.partition("-")
        self.case = case
        self.simulator = simulator
        self._runner = asyncio.Runner() if mode == "async" else None
        reached: dict[str, Any] = {"transport": simulator}
        if carrier != "stub":
            reached = {"transport": carrier, "base_url": base_url, "rate_limit_store": MemoryStore()}
        made = credkit.connect_async if mode == "async" else credkit.connect
        given = {**case.settings(simulator), **reached, "max_attempts": 1, "clock": simulator.client_clock, **settings}
        if carrier != "stub":
            del given["clock"]  # deadlines of real connections need a clock that runs
        self.issuer: Any = made(case.name, **given)
        self.issuer.clock = simulator.client_clock

    def _done(self, result: Any) -> Any:
        if self._runner is None:
            return result
        return self._runner.run(_awaited(result))

    def issue(self, requests: Sequence[IssueRequest], **options: Any) -> credkit.IssueResult:
        result: credkit.IssueResult = self._done(self.issuer.issue(requests, **options))
        return result

    def list(self, **filters: Any) -> list[credkit.Credential]:
        found = self.issuer.list(**filters)
        return list(found) if self._runner is None else self._runner.run(_listed(found))

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.issuer, name)
        return (lambda *args, **kwargs: self._done(member(*args, **kwargs))) if name in _CALLS else member

    def sends(self) -> int:
        """How many requests to issue came to the vendor."""
        return sum(entry.operation == self.case.operation for entry in self.simulator.log)

    def close(self) -> None:
        if self._runner is None:
            self.issuer.close()
        else:
            self._runner.run(self.issuer.aclose())
            self._runner.close()


_CALLS = ("reconcile", "get", "deliver", "revoke", "cancel", "probe")


async def _awaited(result: Any) -> Any:
    return await result


async def _listed(found: Any) -> list[Any]:
    return [one async for one in found]
