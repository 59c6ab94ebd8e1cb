"""What handlers give back, and how they refuse."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. `body` is a generated model, a list of them, text, or None for no body."""

    status: int = 200
    body: object = None
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the document does not allow a request: `where` is path, query, header or body, `pointer` the place in it."""

    where: str
    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}{self.pointer and ' ' + self.pointer}: {self.reason}"


class Refusal(Exception):
    """The vendor says no.

    Attributes:
        status, code: as the vendor documents them; `code` None where no code is documented.
        pointer: the place in the request, where the vendor's errors name one.
    """

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str,
        *,
        pointer: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        problems: tuple[Problem, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.pointer = pointer
        self.headers = headers
        self.problems = problems


class Unreadable(ValueError):
    """A body that fits the document's schema and is none of the model: a text that is no date-time, say."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class SandboxBug(Exception):
    """The sandbox was about to answer what the document does not allow. Please report it."""

    def __init__(self, operation: str, problems: list[Problem]) -> None:
        super().__init__(f"{operation}: the answer contradicts the document: " + "; ".join(map(str, problems[:5])))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Key:
    """A credential that the sandbox knows.

    Attributes:
        value: what a client sends; not shown in reprs and logs, which say `name`.
        organisation: whose data it reaches; None: an organisation that does not exist.
        mode: the environment, in the vendor's words.
        scopes: what it may do; None: everything.
        secret: of an OAuth2 client.
    """

    name: str
    value: str = field(repr=False)
    organisation: str | None
    mode: str = "test"
    scopes: frozenset[str] | None = None
    secret: str = field(default="", repr=False)
    user: str = ""
