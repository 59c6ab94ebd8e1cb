"""The stub of a vendor: its operations with scripts of answers, a sync and an async client, and a server."""

# pyright: reportPrivateUsage=false
# (the classes of this module know each other; applications see only what has no underscore)

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from ..api import Api, ApiKey, Basic, Bearer, OAuth2
from ..operation import Operation, TypeThunk
from .examples import Examples
from .parameters import ParameterTypes
from .received import Received, StubCall, arguments_of, form_members
from .refusals import StubRefused, problems_of
from .router import Router
from .script import (
    Reply,
    Scene,
    Step,
    answer_with,
    cut_body,
    delay,
    example,
    fail,
    give,
    html,
    lose_answer,
    refuse_connection,
    throttle,
)
from .server import StubServer
from .transport import StubTransport

T = TypeVar("T")
C = TypeVar("C")
A = TypeVar("A")

_TOKEN = b'{"access_token": "stub-token", "token_type": "Bearer", "expires_in": 300}'


class OperationStub(Generic[T]):
    """One operation of a stub: what it answers, and what it was asked. Every method that scripts returns the stub itself.

    Attributes:
        calls: the calls that arrived, in order. A request that the document does not allow is no call.
    """

    def __init__(
        self, api: Api, operation: Operation[T], examples: Examples, types: Mapping[str, TypeThunk] | None = None
    ) -> None:
        self.operation = operation
        self.calls: list[StubCall] = []
        self._api = api
        self._examples = examples
        self._types = ParameterTypes(types or {})
        self._lock = threading.Lock()
        self._script: list[Step] = [example()]

    def returns(self, *values: T | Any, status: int | None = None, body: object = None) -> OperationStub[T]:
        """Answer with a value as the method returns it (a model or plain JSON), one for each call; the last one stays.

        Args:
            status: instead of the documented success.
            body: the whole body instead of a value. It is not checked against the document.

        Raises:
            StubRefused: a value is not one that the document allows.
        """
        steps = [give(value, status=status) for value in values] or [give(status=status, body=body)]
        for step in steps:
            step(self._scene(None))
        return self.sequence(*steps)

    def fails(
        self,
        status: int,
        *,
        code: str | None = None,
        message: str | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> OperationStub[T]:
        """Answer with an error; see `fail`."""
        return self.sequence(fail(status, code=code, message=message, body=body, headers=headers))

    def answers(
        self,
        function: Callable[[StubCall], object] | None = None,
        *,
        status: str | int | None = None,
        example: str | None = None,
    ) -> OperationStub[T]:
        """Answer with what `function` makes of each call, or with a documented example, by status and name."""
        if function is not None:
            return self.sequence(answer_with(function))
        return self.sequence(_example(status, example))

    def throttles(self, times: int = 1, retry_after: float | str | None = None) -> OperationStub[T]:
        """Answer 429 so many times before what was scripted."""
        return self._before(*[throttle(retry_after)] * times)

    def loses_the_answer(self, times: int = 1) -> OperationStub[T]:
        """Take the call, then break the connection; so many times before what was scripted."""
        return self._before(*[lose_answer()] * times)

    def refuses_connection(self, times: int = 1) -> OperationStub[T]:
        """Let no connection come about; so many times before what was scripted."""
        return self._before(*[refuse_connection()] * times)

    def cuts_the_body(self, after: float = 0.5, times: int = 1) -> OperationStub[T]:
        """Break off in the body of the answer; so many times before what was scripted."""
        return self._before(*[cut_body(after, self._script[0])] * times)

    def answers_html(self, status: int = 502, times: int = 1) -> OperationStub[T]:
        """Answer with a web page; so many times before what was scripted."""
        return self._before(*[html(status)] * times)

    def delays(self, seconds: float) -> OperationStub[T]:
        """Answer what was scripted, but later."""
        return self.sequence(*[delay(seconds, step) for step in self._script])

    def sequence(self, *steps: Step) -> OperationStub[T]:
        """Play these steps, one for each request; the last one stays."""
        with self._lock:
            self._script = list(steps) or [example()]
        return self

    def reset(self) -> None:
        """Forget the calls and the script."""
        self.sequence()
        self.calls.clear()

    @property
    def examples(self) -> Mapping[str, Any]:
        """The documented request examples by name."""
        return self._examples.requests(self.operation.id)

    def _before(self, *steps: Step) -> OperationStub[T]:
        return self.sequence(*steps, *self._script)

    def _scene(self, call: StubCall | None) -> Scene:
        return Scene(self._api, self.operation, self._examples, call)

    def _handle(self, received: Received, places: Mapping[str, str]) -> Reply:
        with self._lock:
            step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        arguments = arguments_of(self.operation, received, places)
        call = StubCall(self.operation, received.method, received.target, arguments, received.headers, received.content)
        problems = _missing_credential(self._api, self.operation, received)
        problems += problems_of(self.operation, received, arguments)
        problems += self._types.problems(self.operation, arguments)
        if problems:
            raise StubRefused(self.operation.id, problems)
        reply = step(self._scene(call))
        if not reply.refused:
            self.calls.append(call)
        return reply


_example = example  # `answers` has an argument of that name


class ResourceStub:
    """A group of operations of a stub; generated subclasses have one attribute for each."""

    def __init__(self, stub: StubClient[Any, Any]) -> None:
        self._client_stub = stub

    def _stub(self, operation: Operation[T], /, **types: TypeThunk) -> OperationStub[T]:
        """The stub of an operation; `types` are those of its parameters, by Python name."""
        return self._client_stub._operation(operation, types)


class StubClient(Generic[C, A]):
    """A vendor without the vendor; generated subclasses have one attribute for each resource.

    Args:
        api: the vendor's API.
        client, async_client: the client classes.
        package: whose `examples.json` holds the documented examples; or `examples` themselves.
        credentials: constructor arguments of the clients.
        options: options of the clients, such as `clock` or `hooks`.
    """

    def __init__(
        self,
        api: Api,
        client: Callable[..., C],
        async_client: Callable[..., A],
        *,
        package: str | None = None,
        examples: Examples | None = None,
        credentials: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.api = api
        self.token_requests: list[Mapping[str, list[str]]] = []
        self._client = client
        self._async_client = async_client
        self._examples = examples or (Examples.of_package(package) if package else Examples({}))
        self._arguments = {**(credentials or {}), "base_url": "https://stub.invalid", **options}
        self._operations: dict[str, OperationStub[Any]] = {}
        self._transport = StubTransport(self._handle)

    @cached_property
    def client(self) -> C:
        """A client whose calls come here."""
        return self._client(**self._arguments, transport=self._transport)

    @cached_property
    def async_client(self) -> A:
        """An async client whose calls come here."""
        return self._async_client(**self._arguments, transport=self._transport)

    def serve(self, port: int = 0) -> StubServer:
        """The same over HTTP on 127.0.0.1, for the length of a `with` block; `base_url` says where."""
        return StubServer(self._handle, port)

    def reset(self) -> None:
        """Forget all calls and scripts."""
        for operation in self._all():
            operation.reset()
        self.token_requests.clear()

    def _operation(self, operation: Operation[T], types: Mapping[str, TypeThunk] | None = None) -> OperationStub[T]:
        key = f"{operation.method} {operation.path} {operation.id}"
        if key not in self._operations:
            self._operations[key] = OperationStub(self.api, operation, self._examples, types)
        return self._operations[key]

    def _all(self) -> list[OperationStub[Any]]:
        """Every operation of the vendor, also those that the test has not touched."""
        for resource in _attributes(self):
            if isinstance(resource, ResourceStub):
                _attributes(resource)
        return list(self._operations.values())

    @cached_property
    def _router(self) -> Router[OperationStub[Any]]:
        return Router((stub.operation, stub) for stub in self._all())

    def _handle(self, received: Received) -> Reply:
        found = self._router.find(received.method, received.target, received.headers.get("content-type", ""))
        if found is not None:
            return found[0]._handle(received, found[1])
        if self._is_token_request(received):
            self.token_requests.append(form_members(received.content))
            return Reply(headers=(("content-type", "application/json"),), content=_TOKEN)
        documented = self._router.methods(received.target)
        hint = f"documented there: {', '.join(documented)}" if documented else "no operation has this path"
        raise StubRefused(f"{received.method} {received.target.partition('?')[0]}", [hint])

    def _is_token_request(self, received: Received) -> bool:
        paths = {
            urlsplit(scheme.token_url).path
            for scheme in self.api.schemes.values()
            if isinstance(scheme, OAuth2) and scheme.token_url
        }
        return received.method == "POST" and any(received.target.endswith(path) for path in paths)


def _attributes(owner: object) -> list[object]:
    """The values of all `cached_property` members that generated code adds, whatever a class of another kind has by that name."""
    own = vars(StubClient if isinstance(owner, StubClient) else ResourceStub)
    names = {
        name
        for cls in type(owner).__mro__
        for name, value in vars(cls).items()
        if isinstance(value, cached_property) and name not in own
    }
    return [getattr(owner, name) for name in sorted(names)]


def _missing_credential(api: Api, operation: Operation[Any], received: Received) -> list[str]:
    """Whether a request brings what one of the operation's security alternatives asks for."""
    alternatives = operation.security
    if not alternatives or any(all(_brings(api, name, received) for name in names) for names in alternatives):
        return []
    return ["there is no credential; it needs " + " or ".join(" and ".join(names) for names in alternatives)]


def _brings(api: Api, name: str, received: Received) -> bool:
    authorization = received.headers.get("authorization", "").lower()
    match api.schemes.get(name):
        case Bearer() | OAuth2():
            return authorization.startswith("bearer ")
        case Basic():
            return authorization.startswith("basic ")
        case ApiKey(key, "header"):
            return key in received.headers
        case ApiKey(key, "query"):
            return f"{key}=" in urlsplit(received.target).query
        case ApiKey(key, _):
            return f"{key}=" in received.headers.get("cookie", "")
        case _:
            return True
