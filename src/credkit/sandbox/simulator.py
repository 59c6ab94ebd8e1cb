"""What all simulators share: from a request to a reply, without network and without waiting.

In this order: find the operation, let a fault strike, look at the credential, check the request against the document, let
the vendor's handler act on the state, check the answer against the document. Only handlers are written for each vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import pydantic_core

from ..runtime.api import Api
from ..runtime.mediatypes import is_json
from ..runtime.models import to_json, to_plain
from ..runtime.operation import Operation
from ..runtime.testing.received import Received
from ..runtime.testing.script import Reply
from ..runtime.testing.transport import StubTransport
from .access import authenticate
from .answers import Answer, Key, Problem, Refusal, SandboxBug, Unreadable
from .call import Call, LogEntry
from .clock import SandboxClock
from .document import JSON, document
from .faults import HEADER, spoil
from .routes import Route, Routes, base_path
from .world import Moment, S, World

F = TypeVar("F", bound=Callable[..., Any])

_CARELESS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Handler:
    """A method of a simulator for one operation. `roles`: any of these scopes is needed."""

    name: str
    roles: frozenset[str] = frozenset()


def on(operation: Operation[Any], *, roles: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Make a method `(self, call) -> Answer` the handler of an operation."""

    def register(function: F) -> F:
        function.__dict__.setdefault("sandbox_operations", []).append((operation, frozenset(roles)))
        return function

    return register


def action(label: str) -> Callable[[F], F]:
    """Make a method `(self, id) -> None` something that people outside do: a holder accepts, a wallet declines."""

    def register(function: F) -> F:
        function.__dict__["sandbox_action"] = label
        return function

    return register


@dataclass(frozen=True, slots=True)
class Issued:
    """A credential, offer or batch as the page shows it. `offer` is what a QR code would hold."""

    id: str
    what: str
    to: str
    status: str
    life: tuple[Moment, ...] = ()
    offer: str | None = field(default=None, repr=False)
    actions: tuple[str, ...] = ()


class Simulator(World[S], StubTransport):
    """One vendor. It is a transport for that vendor's clients, sync and async, and can be served over HTTP.

    Attributes:
        strict: refuse what the document does not allow and say why; otherwise do what the vendor would.
        keys: the credentials that are accepted; the first is the one for ordinary use.
    """

    title: ClassVar[str]
    api: ClassVar[Api]
    keys: ClassVar[tuple[Key, ...]]
    base: ClassVar[str]
    """Path that follows the origin in a client's `base_url`."""

    def __init__(self, *, seed: int | str = 0, strict: bool = True, clock: SandboxClock | None = None) -> None:
        World.__init__(self, seed=seed, clock=clock)
        StubTransport.__init__(self, self.handle)
        self.strict = strict
        self._document = document(self.name)
        self._routes = Routes(self.api, self._handlers())

    # --- what a vendor brings ------------------------------------------------------------------------------------

    def error_body(self, refusal: Refusal) -> object:
        """An error in the vendor's shape, with the refusal's problems where there are any. Its media type is the document's;
        a text goes out as it is where the document has no JSON for the status."""
        raise NotImplementedError

    def improper(self, problems: list[Problem]) -> Refusal:
        """The refusal of a request that the document does not allow and for which there is no better one."""
        raise NotImplementedError

    def unauthorised(self, missing: bool) -> Refusal:
        raise NotImplementedError

    def forbidden(self) -> Refusal:
        raise NotImplementedError

    def issued(self) -> list[Issued]:
        """What has been issued, the newest first."""
        raise NotImplementedError

    @property
    def columns(self) -> dict[str, bool]:
        """Columns that a cohort's file has for the vendor's own template, besides those of any file, and whether it has to."""
        return {}

    def find_key(self, scheme: str, presented: str) -> Key | None:
        """The credential that was presented, when it is good."""
        return next((key for key in self.keys if key.value == presented), None)

    # --- for tests -----------------------------------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The credential for ordinary use."""
        return self.keys[0].value

    @property
    def operations(self) -> list[Operation[Any]]:
        return self._routes.operations()

    @property
    def actions(self) -> dict[str, str]:
        """What people outside can do: method name and label."""
        found = {}
        for cls in type(self).__mro__:
            for name, member in vars(cls).items():
                if callable(member) and (label := getattr(member, "sandbox_action", None)):
                    found[name] = label
        return found

    def act(self, name: str, id_: str) -> None:
        """Let somebody outside act on something by its id. Raises KeyError (no such action or id) or ValueError."""
        if name not in self.actions:
            raise KeyError(name)
        with self._lock:
            self.tick()
            getattr(self, name)(id_)

    # --- a request -----------------------------------------------------------------------------------------------

    def handle(self, received: Received) -> Reply:
        """Answer a request."""
        with self._lock:
            self.clock.tick()
            self.tick()
            path = received.target.partition("?")[0]
            found = self._routes.find(received.method, path)
            if found is None:
                return self._nowhere(received, path)
            route, places = found
            call = Call(route.operation, received, places)
            fault = self.faults.take(route.operation.id)
            if fault is not None and not fault.committed:
                reply, note = Reply(), ""
            else:
                reply, note = self._answer(route, call)
            if fault is not None:
                media_type, _, error = self._error(
                    route.operation, Refusal(fault.status, fault.code, "a fault on order")
                )
                reply, note = spoil(reply, fault, error, media_type), f"fault: {fault.kind}"
            self._log(received, route.operation.id, reply, call.key, note)
            return reply

    def _handlers(self) -> Iterator[tuple[Operation[Any], Handler]]:
        for name in dir(type(self)):
            for operation, roles in getattr(getattr(type(self), name), "sandbox_operations", ()):
                yield operation, Handler(name, roles)

    def _answer(self, route: Route[Handler], call: Call) -> tuple[Reply, str]:
        try:
            self._admit(route, call)
            problems = self._document.request_problems(call)
            reply = self._improper(route, call, problems) if problems else self._act(route, call)
        except Refusal as refusal:
            refused = refusal
        except Unreadable as unreadable:
            refused = self.improper(unreadable.problems)
        else:
            return reply, ""
        return self._refuse(call.operation, refused), refused.message

    def _admit(self, route: Route[Handler], call: Call) -> None:
        operation = call.operation
        call.key = key = authenticate(self, operation, call.received)
        if key is None:
            return
        scopes = self._document.scopes(operation.id)
        allowed = key.scopes is None or (
            scopes <= key.scopes and not (route.handler.roles and key.scopes.isdisjoint(route.handler.roles))
        )
        if key.organisation is None or not allowed:
            raise self.forbidden()
        if operation.rate_limit is not None:
            self._throttle(operation, key)

    def _throttle(self, operation: Operation[Any], key: Key) -> None:
        limit, now = operation.rate_limit, self.now()
        assert limit is not None
        per = timedelta(seconds=limit.per)
        window = (operation.id, key.user or key.name)
        calls = tuple(at for at in self._windows.get(window, ()) if now - at < per)
        if len(calls) >= limit.calls:
            wait = (calls[0] + per - now).total_seconds()
            message = f"at most {limit.calls} calls in {limit.per:g} seconds"
            raise Refusal(429, None, message, headers=(("retry-after", str(int(-(-wait // 1)))),))
        self._windows[window] = (*calls, now)

    def _act(self, route: Route[Handler], call: Call) -> Reply:
        answer: Answer = getattr(self, route.handler.name)(call)
        return self._encode(call.operation, answer)

    def _improper(self, route: Route[Handler], call: Call, problems: list[Problem]) -> Reply:
        """A request that the document does not allow: what the vendor says to it, and in strict mode always no."""
        kept = self.snapshot()
        try:
            reply = self._act(route, call)
            if not self.strict:
                return reply
        except Refusal as refusal:
            self.restore(kept, clock=False)
            if self.strict:
                refusal.problems = tuple(problems)
            raise
        except (*_CARELESS, SandboxBug):
            pass  # a handler reads what a proper request holds: the vendor would not understand this one either
        self.restore(kept, clock=False)
        raise self.improper(problems)

    def _encode(self, operation: Operation[Any], answer: Answer) -> Reply:
        if answer.body is None:
            content, plain = b"", None
        elif isinstance(answer.body, str):
            content, plain = answer.body.encode(), answer.body
        else:
            content = to_json(answer.body)
            plain = pydantic_core.from_json(content)
        problems = self._document.answer_problems(operation.id, answer.status, answer.media_type, plain)
        if problems is None or problems:
            raise SandboxBug(operation.id, problems or [Problem("status", "", f"{answer.status} is not documented")])
        typed = () if answer.body is None else (("content-type", answer.media_type),)
        return Reply(status=answer.status, headers=(*typed, *answer.headers), content=content)

    def _error(self, operation: Operation[Any] | None, refusal: Refusal) -> tuple[str, object, bytes]:
        """An error as the document has it for the status: its media type, its body and the same in bytes."""
        body = to_plain(self.error_body(refusal))
        media_type = self._document.error_type(operation.id, refusal.status, body) if operation is not None else JSON
        plain_text = isinstance(body, str) and not is_json(media_type)
        return media_type, body, str(body).encode() if plain_text else to_json(body)

    def _refuse(self, operation: Operation[Any] | None, refusal: Refusal) -> Reply:
        """A refusal on the wire. `x-credkit-sandbox` tells apart what no vendor documents."""
        media_type, body, content = self._error(operation, refusal)
        headers = [("content-type", media_type), *refusal.headers]
        documented: list[Problem] | None = None
        if operation is not None:
            documented = self._document.answer_problems(operation.id, refusal.status, media_type, body)
        if refusal.problems:
            headers.append((HEADER, "refused"))
        elif documented is None:
            headers.append((HEADER, "undocumented-status"))
        elif [problem.reason for problem in documented] == ["none is documented"]:
            return Reply(status=refusal.status, headers=refusal.headers)
        elif documented and operation is not None:
            raise SandboxBug(operation.id, documented)
        return Reply(status=refusal.status, headers=tuple(headers), content=content)

    def _nowhere(self, received: Received, path: str) -> Reply:
        methods = self._routes.methods(path)
        if methods:
            allow = (("allow", ", ".join(methods)),)
            refusal = Refusal(405, None, f"documented here: {', '.join(methods)}", headers=allow)
        else:
            refusal = Refusal(404, None, f"no operation has this path; {self.title} begins with {self.base or '/'}")
        reply = self._refuse(None, refusal)
        self._log(received, "", reply, None, refusal.message)
        return reply

    def _log(self, received: Received, operation: str, reply: Reply, key: Key | None, note: str) -> None:
        sent = received.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        status = None if reply.lost or reply.refused else reply.status
        path = received.target.partition("?")[0]
        content = b"" if sent else received.content
        entry = LogEntry(self.now(), operation, received.method, path, status, key.name if key else "", note, content)
        self.log.add(entry)


def default_base(api: Api) -> str:
    """The path of a vendor's server with `sandbox` at its variables."""
    path = base_path(api)
    for server in api.servers:
        for variable in server.variables:
            path = path.replace(f"{{{variable.name}}}", "sandbox")
    return path
