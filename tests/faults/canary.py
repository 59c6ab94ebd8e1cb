"""Secrets that must never come out, and the traps that would catch them: logs, reprs, exceptions, tracebacks."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

API_KEY = "sk_live_CANARYKEY7f3a91"
CLIENT_SECRET = "CANARYCLIENTSECRET55"
ACCESS_TOKEN = "CANARYACCESSTOKEN66"
PERSON_EMAIL = "canary.person@holder.example"
OFFER_URI = "openid-credential-offer://?pre-authorized_code=CANARYCODE42"

_PLAIN = (API_KEY, CLIENT_SECRET, ACCESS_TOKEN, PERSON_EMAIL, "canary.person", "CANARYCODE42")

LOGGERS = ("", "httpx", "httpcore", "httpx2", "httpcore2", "h11", "asyncio", "credkit")


def _spellings(secret: str) -> Iterator[str]:
    """A secret in the clear, as a URL writes it and as base64 hides it."""
    yield secret
    yield quote(secret, safe="")
    for shift in range(3):
        encoded = base64.b64encode(b"." * shift + secret.encode()).decode().rstrip("=")
        yield encoded[4:-4] if shift else encoded[:-4]


NEEDLES = tuple(sorted({spelling for secret in _PLAIN for spelling in _spellings(secret)}, key=len))


def leaks(text: str) -> list[str]:
    """The canaries in a text, each by its first characters only, so that a failing test prints no needle."""
    return [f"{needle[:8]}…" for needle in NEEDLES if needle in text]


def exception_texts(error: BaseException) -> Iterator[tuple[str, str]]:
    """Every text that an exception shows by itself: str, repr, args, notes and traceback, along the whole chain."""
    yield "traceback", "".join(traceback.format_exception(error))
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        name = type(link).__name__
        yield f"str of {name}", str(link)
        yield f"repr of {name}", repr(link)
        yield f"args of {name}", repr(link.args)
        yield f"notes of {name}", repr(getattr(link, "__notes__", ()))
        yield f"doc of {name}", repr(getattr(link, "doc", ""))
        waiting += [link.__cause__, link.__context__]


class LogTrap(logging.Handler):
    """Keeps every record as a reader of the logs might see it: message, arguments, extras, traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        parts = [record.name, record.getMessage(), repr(record.args)]
        parts += [f"{key}={value!r}" for key, value in vars(record).items() if key not in _STANDARD]
        if record.exc_info and record.exc_info[1]:
            parts += traceback.format_exception(record.exc_info[1])
        self.lines.append(" | ".join(parts))

    def leaks(self) -> list[str]:
        return [f"{line.split(' | ', 1)[0]}: {found}" for line in self.lines if (found := leaks(line))]


_STANDARD = frozenset(vars(logging.makeLogRecord({})))


@contextmanager
def trapped_logs() -> Iterator[LogTrap]:
    """Everything at DEBUG, from every logger on the way."""
    trap = LogTrap()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    root = logging.getLogger()
    others, root.handlers = root.handlers, [trap]  # alone, so that a failing test does not print every record
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield trap
    finally:
        root.handlers = others
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
