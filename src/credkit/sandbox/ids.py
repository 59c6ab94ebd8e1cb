"""Identifiers from a seed: the same seed and the same calls give the same ids."""

from __future__ import annotations

import random
import string
from uuid import UUID

_BASE36 = string.digits + string.ascii_lowercase
_LETTERS = string.ascii_letters + string.digits


class Ids:
    """Makes ids. Not secret and not meant to be: whoever knows the seed knows them all."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(f"credkit-sandbox:{seed}")

    def base36(self, length: int) -> str:
        return "".join(self._random.choices(_BASE36, k=length))

    def letters(self, length: int) -> str:
        return "".join(self._random.choices(_LETTERS, k=length))

    def hex(self, length: int) -> str:
        return f"{self._random.getrandbits(length * 4):0{length}x}"

    def uuid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    @property
    def state(self) -> object:
        """Where the sequence stands; for `snapshot`."""
        return self._random.getstate()

    @state.setter
    def state(self, state: object) -> None:
        self._random.setstate(state)  # type: ignore[arg-type]  # what getstate gave
