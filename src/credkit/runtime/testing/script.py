"""What a stub does with a call: one step for each request that comes.

Steps are made by the functions here and played in order; the last one stays. A step becomes a `Reply` when the call is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from ..api import Api
from ..decode import UndecodableBody, decode_body
from ..mediatypes import is_json, media_type_of
from ..models import to_json
from ..operation import Content, Operation
from ..shapes import is_dict, is_list
from .compare import plain
from .examples import Examples, ResponseExamples
from .received import StubCall
from .refusals import StubRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back.

    Attributes:
        cut: how much of the body is sent before the connection breaks, from 0 to 1; None: all of it.
        lost: the connection breaks before anything is answered.
        refused: there is no connection at all.
        delay: seconds until the head of the answer.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = field(default=b"", repr=False)
    cut: float | None = None
    lost: bool = False
    refused: bool = False
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What a step works with."""

    api: Api
    operation: Operation[Any]
    examples: Examples
    call: StubCall | None = None


Step: TypeAlias = Callable[[Scene], Reply]


def example(status: str | int | None = None, name: str | None = None) -> Step:
    """A documented example: of a status, by name. Without a name: the one whose request was made, else the first."""

    def step(scene: Scene) -> Reply:
        operation = scene.operation
        documented = scene.examples.responses(operation.id)
        wanted = str(status) if status is not None else _success_status(operation, documented)
        found = next((one for one in documented if one.status == wanted), None)
        if found is not None:
            value = _pick(scene, found, name)
            return _with_content(_number(wanted), found.media_type, value)
        if name is None and operation.responses.get(wanted) == ():
            return Reply(status=_number(wanted))
        what = f"no documented example {name!r}" if name else "no documented example"
        raise StubRefused(
            operation.id, [f"there is {what} of status {wanted}: say what it returns, with .returns(...)"]
        )

    return step


def give(value: object = None, *, status: int | None = None, body: object = None) -> Step:
    """The value that the method returns, put into the envelope where there is one; or the whole `body`, unchecked."""

    def step(scene: Scene) -> Reply:
        chosen = str(status) if status is not None else _success_status(scene.operation, ())
        if value is None and body is None and _is_empty(scene.operation, chosen):
            return Reply(status=_number(chosen))
        content = _content_of(scene.operation, chosen)
        if body is not None:
            return _with_content(_number(chosen), content.media_type if content else "application/json", body)
        if content is None:
            return Reply(status=_number(chosen))
        whole = _enveloped(scene, chosen, value)
        _check(scene.operation, content, whole)
        return _with_content(_number(chosen), content.media_type, whole)

    return step


def fail(
    status: int,
    *,
    code: str | None = None,
    message: str | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Step:
    """An error status: its documented example, with the vendor's `code` and `message` set where the API keeps them."""

    def step(scene: Scene) -> Reply:
        documented = {one.status: one for one in scene.examples.responses(scene.operation.id)}
        found = documented.get(str(status)) or documented.get(f"{status // 100}XX") or documented.get("default")
        whole = body if body is not None else next(iter(found.values.values()), None) if found else None
        if code is not None:
            whole = _placed(whole, scene.api.error_code, code)
        if message is not None:
            whole = _placed(whole, scene.api.error_message, message)
        reply = Reply(status=status) if whole is None else _with_content(status, "application/json", whole)
        return replace(reply, headers=reply.headers + tuple((headers or {}).items()))

    return step


def answer_with(function: Callable[[StubCall], object]) -> Step:
    """What a function makes of the call: a value, as in `give`, or another step."""

    def step(scene: Scene) -> Reply:
        assert scene.call is not None
        result = function(scene.call)
        return cast("Step", result)(scene) if callable(result) else give(result)(scene)

    return step


def throttle(retry_after: float | str | None = None) -> Step:
    """429, with `Retry-After` in seconds or as the text given (an HTTP date)."""
    return fail(429, headers=None if retry_after is None else {"retry-after": _plain_number(retry_after)})


def lose_answer() -> Step:
    """The vendor acts (the call is recorded), then the connection breaks before anything is answered."""
    return lambda scene: Reply(lost=True)


def refuse_connection() -> Step:
    """Nothing listens: the call never reaches the vendor and is not recorded. Over HTTP the connection is reset instead."""
    return lambda scene: Reply(refused=True)


def cut_body(after: float = 0.5, step: Step | None = None) -> Step:
    """The answer of `step` (default: the example), broken off after this part of its body."""
    return lambda scene: replace((step or example())(scene), cut=after)


def html(status: int = 502) -> Step:
    """A page for people instead of JSON, as gateways send it."""
    page = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>".encode()
    return lambda scene: Reply(status=status, headers=(("content-type", "text/html; charset=utf-8"),), content=page)


def delay(seconds: float, step: Step | None = None) -> Step:
    """The answer of `step` (default: the example), later. A client with a `FakeClock` does not really wait."""
    return lambda scene: replace((step or example())(scene), delay=seconds)


# --- making bodies -------------------------------------------------------------------------------------------------


def _with_content(status: int, media_type: str, value: object) -> Reply:
    if isinstance(value, bytes):
        content = value
    elif is_json(media_type_of(media_type)) or not isinstance(value, str):
        content = to_json(value)
    else:
        content = value.encode()
    return Reply(status=status, headers=(("content-type", media_type),), content=content)


def _success_status(operation: Operation[Any], documented: list[ResponseExamples] | tuple[()]) -> str:
    """The success to answer with: one that has an example, else the first that is documented."""
    for one in documented:
        if one.status.startswith("2"):
            return one.status
    successes = [status for status in operation.responses if status.startswith("2")]
    return min(successes) if successes else "default" if "default" in operation.responses else "200"


def _number(status: str) -> int:
    return int(status) if status.isdigit() else int(status[0]) * 100 if status[:1].isdigit() else 200


def _pick(scene: Scene, found: ResponseExamples, name: str | None) -> object:
    if name is not None:
        if name not in found.values:
            raise StubRefused(scene.operation.id, [f"status {found.status} has no example {name!r}"])
        return found.values[name]
    for asked, request in scene.examples.requests(scene.operation.id).items():
        if asked in found.values and _was_made(scene.call, request):
            return found.values[asked]
    return next(iter(found.values.values()))


def _was_made(call: StubCall | None, request: Mapping[str, Any]) -> bool:
    if call is None or "body" not in request:
        return False
    try:
        return bool(call.json == request["body"])
    except ValueError:
        return False


def _is_empty(operation: Operation[Any], status: str) -> bool:
    """Whether the document lists the status, or its class, without a body; then `default` does not speak of it."""
    documented = (operation.responses[key] for key in (status, f"{status[0]}XX") if key in operation.responses)
    return next(documented, None) == ()


def _content_of(operation: Operation[Any], status: str) -> Content | None:
    contents = operation.responses.get(status) or operation.responses.get("default") or ()
    return next((one for one in contents if is_json(media_type_of(one.media_type))), next(iter(contents), None))


def _enveloped(scene: Scene, status: str, value: object) -> object:
    """The whole body of which `value` is what the method returns."""
    unwrap = scene.operation.unwrap
    if unwrap is None:
        return value
    for documented in scene.examples.responses(scene.operation.id):
        if documented.status == status:
            around = next(iter(documented.values.values()))
            if is_dict(around):
                return {**around, unwrap: plain(value)}
    return {unwrap: plain(value)}


def _check(operation: Operation[Any], content: Content, whole: object) -> None:
    """Refuse a value that the document does not allow: a test that passes with it would prove nothing."""
    if content.type is None or not is_json(media_type_of(content.media_type)):
        return
    try:
        decoded = decode_body(to_json(whole), "application/json", (content,), unwrap=operation.unwrap)
        problems = [str(drift) for drift in decoded.drift if not _is_open(drift.pointer, operation)]
    except UndecodableBody as error:
        problems = [str(error)]
    if problems:
        raise StubRefused(f"{operation.id}: the answer given to the stub", problems)


def _is_open(pointer: str, operation: Operation[Any]) -> bool:
    """Whether a contradiction lies in the envelope that the stub made up itself."""
    return operation.unwrap is not None and not f"{pointer}/".startswith(f"/{operation.unwrap}/")


def _placed(body: object, pointers: tuple[str, ...], value: str) -> object:
    """`body` with `value` at the first of the pointers whose parents are there."""
    root: Any = json.loads(json.dumps(plain(body))) if is_dict(body) else {}
    for pointer in sorted(pointers, key=lambda one: not _leads_somewhere(root, one)):
        *parents, last = pointer.split("/")[1:]
        place: Any = root
        for parent in parents:
            place = (place[:1] or [{}])[0] if is_list(place) else place.setdefault(parent, {})
        if is_dict(place):
            place[last] = value
            return root
    return root


def _leads_somewhere(root: Any, pointer: str) -> bool:
    for segment in pointer.split("/")[1:]:
        if is_list(root):
            root = root[0] if root else None
            continue
        if not is_dict(root) or segment not in root:
            return False
        root = root[segment]
    return True


def _plain_number(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else value
