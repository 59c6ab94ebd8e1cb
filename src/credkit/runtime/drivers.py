"""Drive an exchange: do what it asks for, one effect at a time, with threads or with asyncio."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from .clock import Clock
from .effects import Close, Effect, Head, Read, Run, Send, Sleep, Steps, Wait
from .transport import AsyncTransport, AsyncWireResponse, Transport, WireResponse


class Driver:
    """Runs exchanges in the calling thread. `response` is the open response; who keeps it open closes it."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self.response: WireResponse | None = None

    def run(self, steps: Steps, *, keep_open: bool = False) -> Any:
        """Drive `steps` to its end and return its result; whatever it raises, no response stays open."""
        kept = False
        result: Any = None
        failure: BaseException | None = None
        try:
            effect = next(steps)
            while True:
                failure = None
                try:
                    result = self._perform(effect)
                except BaseException as error:
                    failure = error
                effect = steps.send(result) if failure is None else steps.throw(failure)
        except StopIteration as stop:
            kept = keep_open
            return stop.value
        finally:
            failure = None  # its traceback refers to this frame
            if not kept:
                self.close()

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Send(request):
                self.close()
                response = self.response = self._transport.send(request)
                return Head(response.status, response.headers)
            case Read():
                assert self.response is not None
                return self.response.read()
            case Close():
                self.close()
            case Sleep(seconds):
                self._clock.sleep(seconds)
            case Wait(future, deadline):
                from concurrent.futures import wait

                wait([future], timeout=deadline.remaining())
            case Run(function):
                return function()
        return None

    def close(self) -> None:
        """Close the open response, if there is one. That it cannot be closed well changes nothing."""
        response, self.response = self.response, None
        if response is not None:
            with suppress(Exception):
                response.close()


class AsyncDriver:
    """Runs exchanges in the running task."""

    def __init__(self, transport: AsyncTransport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self.response: AsyncWireResponse | None = None

    async def run(self, steps: Steps, *, keep_open: bool = False) -> Any:
        """The async twin of `Driver.run`."""
        kept = False
        result: Any = None
        failure: BaseException | None = None
        try:
            effect = next(steps)
            while True:
                failure = None
                try:
                    result = await self._perform(effect)
                except BaseException as error:
                    failure = error
                effect = steps.send(result) if failure is None else steps.throw(failure)
        except StopIteration as stop:
            kept = keep_open
            return stop.value
        finally:
            failure = None  # its traceback refers to this frame
            if not kept:
                await self.close()

    async def _perform(self, effect: Effect) -> Any:
        import asyncio  # here, because clients of both kinds load this module

        match effect:
            case Send(request):
                await self.close()
                response = self.response = await self._transport.asend(request)
                return Head(response.status, response.headers)
            case Read():
                assert self.response is not None
                return await self.response.aread()
            case Close():
                await self.close()
            case Sleep(seconds):
                await self._clock.async_sleep(seconds)
            case Wait(future, deadline):
                await asyncio.wait([asyncio.wrap_future(future)], timeout=deadline.remaining())
            case Run(function):
                return await asyncio.to_thread(function)
        return None

    async def close(self) -> None:
        response, self.response = self.response, None
        if response is not None:
            with suppress(Exception):
                await response.aclose()
