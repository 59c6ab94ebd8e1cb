"""The body of a streamed answer: each piece has a deadline of its own, is decompressed in small pieces, and fails with a typed error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .clock import Deadline
from .drivers import AsyncDriver, Driver
from .errors import ApiError
from .exchange import Answer
from .failures import broken_error, contents_for, unreadable_error
from .inflate import BadEncoding, Decoder, Identity, decoder_for
from .mediatypes import media_type_of
from .operation import Content, Operation
from .transport import TransportFailure

if TYPE_CHECKING:
    from .core import Core
    from .streaming import AsyncOpened, Opened


class _Body:
    """Decodes what the drivers read."""

    def __init__(self, answer: Answer) -> None:
        self._progress = answer.progress
        call = answer.progress.call
        self._timeout = call.deadline.at - call.started
        self._decoder: Decoder = Identity()
        self._ready: Iterator[bytes] = iter(())
        self._problem: BadEncoding | None = None
        self._ended = call.operation.method == "HEAD" or answer.status in (204, 304)
        try:
            self._decoder = decoder_for(answer.headers.get("content-encoding"))
        except BadEncoding as problem:
            self._problem = problem

    def take(self) -> bytes | None:
        """A piece that is ready, b"" after the end, None when more has to be read."""
        if self._problem is not None:
            raise unreadable_error(self._progress, self._problem)
        if self._ended:
            return b""
        try:
            return next(self._ready, None)
        except BadEncoding as problem:
            self._problem = problem
        raise unreadable_error(self._progress, self._problem)

    def give(self, data: bytes) -> None:
        """What was read; b"" at the end."""
        if data:
            self._ready = self._decoder.feed(data)
            return
        self._ended = True
        try:
            self._decoder.finish()
        except BadEncoding as problem:
            self._problem = problem

    def extend(self, response: Any) -> None:
        """A deadline of its own for the next piece, where the transport can do that."""
        if hasattr(response, "extend"):
            response.extend(Deadline.after(self._progress.call.deadline.clock, self._timeout))

    def failed(self, failure: TransportFailure) -> ApiError:
        self._progress.phase = failure.phase
        return broken_error(self._progress, failure)


class Body(_Body):
    def __init__(self, answer: Answer, driver: Driver) -> None:
        super().__init__(answer)
        self._driver = driver

    def read(self) -> bytes:
        """The next piece of the body, b"" at its end."""
        while True:
            piece = self.take()
            if piece is not None:
                return piece
            response = self._driver.response
            if response is None:
                return b""
            self.extend(response)
            try:
                data = response.read()
            except TransportFailure as failure:
                error = self.failed(failure)
            else:
                self.give(data)
                continue
            raise error


class AsyncBody(_Body):
    def __init__(self, answer: Answer, driver: AsyncDriver) -> None:
        super().__init__(answer)
        self._driver = driver

    async def read(self) -> bytes:
        """The next piece of the body, b"" at its end."""
        while True:
            piece = self.take()
            if piece is not None:
                return piece
            response = self._driver.response
            if response is None:
                return b""
            self.extend(response)
            try:
                data = await response.aread()
            except TransportFailure as failure:
                error = self.failed(failure)
            else:
                self.give(data)
                continue
            raise error


def _documented(operation: Operation[Any], answer: Answer) -> Content | None:
    contents = contents_for(operation, answer.status)
    media_type = media_type_of(answer.headers.get("content-type"))
    same = (content for content in contents if media_type_of(content.media_type) == media_type)
    return next(same, contents[0] if contents else None)


def _shared(answer: Answer, core: Core) -> dict[str, Any]:
    progress = answer.progress
    return {
        "status": answer.status,
        "headers": answer.headers,
        "content": _documented(progress.call.operation, answer),
        "strict": progress.call.strict,
        "max_bytes": core.settings.max_response_bytes,
        "on_drift": lambda drift: core.observer.on_drift(progress, drift),
        "info": progress.info,
    }


def opened(answer: Answer, driver: Driver, core: Core) -> Opened:
    from .streaming import Opened

    return Opened(**_shared(answer, core), read=Body(answer, driver).read, close=driver.close)


def async_opened(answer: Answer, driver: AsyncDriver, core: Core) -> AsyncOpened:
    from .streaming import AsyncOpened

    return AsyncOpened(**_shared(answer, core), read=AsyncBody(answer, driver).read, close=driver.close)
