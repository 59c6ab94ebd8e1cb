"""The sandbox over HTTP: a port for each vendor, so that every path stays the vendor's own, and one for the page."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from .clock import SandboxClock
from .hub import Hub
from .wire import BreakableProtocol, Receive, Scope, Send, answer

HOST = "127.0.0.1"
_DELIVERY_PAUSE = 0.1
_START_LIMIT = 10.0


class Serving:
    """A sandbox that is being served.

    Attributes:
        hub: the simulators.
        page_url: the page to open.
        origins: scheme, host and port of each vendor.
    """

    def __init__(self, hub: Hub, port: int) -> None:
        self.hub = hub
        names = ["", *hub.simulators]
        self.sockets = [_listen(port + at if port else 0) for at in range(len(names))]
        ports = [one.getsockname()[1] for one in self.sockets]
        self.page_url = f"http://{HOST}:{ports[0]}/"
        self.origins = {name: f"http://{HOST}:{port}" for name, port in zip(names[1:], ports[1:], strict=True)}
        self._by_port = dict(zip(ports[1:], hub, strict=True))
        self._page: Any = None
        config = uvicorn.Config(
            self.app,
            http=BreakableProtocol,
            interface="asgi3",
            proxy_headers=False,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)

    def base_url(self, name: str) -> str:
        """What a client takes as `base_url`."""
        return self.origins[name] + self.hub[name].base

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application: the port tells the vendor."""
        simulator = self._by_port.get(scope["server"][1])
        if simulator is not None:
            await answer(simulator, scope, receive, send)
            return
        if self._page is None:
            from .control import control_app

            self._page = control_app(self)
        await self._page(scope, receive, send)

    async def run(self) -> None:
        """Serve until `stop`, sending webhooks as they fall due."""
        courier = asyncio.create_task(self._deliver())
        try:
            await self._server._serve(sockets=self.sockets)  # without uvicorn's signal handlers: those are the caller's
        finally:
            courier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await courier

    def stop(self) -> None:
        self._server.should_exit = True

    @property
    def started(self) -> bool:
        return self._server.started

    async def _deliver(self) -> None:
        while True:
            await asyncio.sleep(_DELIVERY_PAUSE)
            for simulator in self.hub:
                if simulator.outbox.deliveries or simulator.clock.running:
                    await asyncio.to_thread(simulator.deliver)


def _listen(port: int) -> socket.socket:
    # The protocol is named: else asyncio would not set TCP_NODELAY.
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((HOST, port))
        one.listen(128)
    except OSError:
        one.close()
        raise
    one.set_inheritable(False)
    return one


@contextmanager
def serve(
    *, port: int = 0, seed: int | str = 0, strict: bool = True, clock: SandboxClock | None = None
) -> Iterator[Serving]:
    """Serve all vendors on 127.0.0.1 for the length of a `with` block, in a thread.

    Args:
        port: of the page; the vendors take the ones that follow. 0: free ones.
        seed, strict, clock: as for a single simulator; without a clock, a frozen one.

    Raises:
        OSError: a port is taken.
    """
    serving = Serving(Hub(seed=seed, strict=strict, clock=clock), port)
    thread = threading.Thread(target=lambda: asyncio.run(serving.run()), name="credkit-sandbox", daemon=True)
    thread.start()
    limit = time.monotonic() + _START_LIMIT
    while not serving.started:
        if not thread.is_alive() or time.monotonic() > limit:
            raise RuntimeError("the sandbox did not start")
        time.sleep(0.005)
    try:
        yield serving
    finally:
        serving.stop()
        thread.join(timeout=10)
        for one in serving.sockets:
            one.close()
