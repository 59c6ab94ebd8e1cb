"""A file that is read several times, and gives no byte that it did not hold when it was looked at.

People are issued to for minutes or hours, and a spreadsheet may save over their file meanwhile. So the file is looked at once, block by
block, and each later reading compares a block with what it was before it gives any of it. What is compared is what is used: it is in memory by
then. No copy is made of the file: there is none to be removed, and nothing of people is left after a process was killed.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .errors import CohortError

BLOCK = 1 << 18
"""Bytes that are compared, and in memory, at once. A file of a million rows, 100 MB, has a seal of 30 kB."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file's bytes were: `digest` is the SHA-256 of all in hexadecimal, `blocks` that of each `BLOCK` of them."""

    digest: str
    blocks: tuple[bytes, ...]


def seal(path: Path) -> Seal:
    """Look at all of a file.

    Raises:
        CohortError: it cannot be read.
    """
    whole, blocks = hashlib.sha256(), []
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                whole.update(block)
                blocks.append(hashlib.sha256(block).digest())
    except OSError as error:
        raise unreadable(path, error) from None
    return Seal(whole.hexdigest(), tuple(blocks))


def open_sealed(path: Path, sealed: Seal) -> BinaryIO:
    """The file for reading. A read that comes to a block that is another one now, is shorter or is new raises `CohortError`."""
    return io.BufferedReader(_Sealed(path, sealed), BLOCK)


def unreadable(path: Path, error: OSError) -> CohortError:
    return CohortError(f"cannot be read: {error.strerror or type(error).__name__}", path=path)


class _Sealed(io.RawIOBase):
    def __init__(self, path: Path, sealed: Seal) -> None:
        self._path = path
        self._file = path.open("rb")
        self._expected = iter(sealed.blocks)
        self._compared = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # anything that can be written into
        if not self._compared:
            self._compared = memoryview(self._next())
        some = self._compared[: len(buffer)]
        buffer[: len(some)] = some
        self._compared = self._compared[len(some) :]
        return len(some)

    def _next(self) -> bytes:
        """The next block, compared; nothing at the end."""
        block = self._file.read(BLOCK)
        expected = next(self._expected, b"")
        if (hashlib.sha256(block).digest() if block else b"") != expected:
            raise CohortError(
                "was changed while it was read; no row was dealt with that was not planned",
                path=self._path,
                help="`credkit status` shows what was issued; put the planned file back and go on, or plan again",
            )
        return block

    def close(self) -> None:
        self._file.close()
        super().close()
