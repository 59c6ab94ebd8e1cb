"""Reading a body: decompressed in small pieces, never past the cap."""

from __future__ import annotations

from dataclasses import dataclass

from .effects import READ, Steps
from .headers import Headers
from .inflate import Identity, decoder_for


class TooLarge(Exception):
    """The body is larger than the cap. The message states the cap."""

    def __init__(self, cap: int) -> None:
        super().__init__(f"the answer is larger than {cap} bytes")


@dataclass(slots=True, repr=False, eq=False)
class Received:
    """An answer: its head, and as much of the body as has been read. `complete`: the body was read to its end."""

    status: int
    headers: Headers
    content: bytes = b""
    complete: bool = False


def receive(received: Received, cap: int, method: str) -> Steps:
    """Read the whole body into `received`; raises TooLarge, BadEncoding, or the transport's failure."""
    if method == "HEAD" or received.status in (204, 304):
        # there is no body, but a connection is free for the next call only when it was read to its end
        while (yield READ):
            pass
        received.complete = True
        return
    decoder = decoder_for(received.headers.get("content-encoding"))
    announced = received.headers.get("content-length", "")
    if isinstance(decoder, Identity) and announced.isdigit() and int(announced[:20]) > cap:
        raise TooLarge(cap)
    pieces: list[bytes] = []
    size = 0
    while data := (yield READ):
        for piece in decoder.feed(data):
            size += len(piece)
            if size > cap:
                raise TooLarge(cap)
            pieces.append(piece)
    decoder.finish()
    received.content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    received.complete = True
