"""The page's own application: to look at, to switch, and the same for programs as JSON.

    GET  /                    the page                 GET /state       everything as JSON
    POST /reset  /clock  /snapshot  /restore  /deliver
    POST /{vendor}/faults     POST /{vendor}/faults/clear     POST /{vendor}/act

A form is answered with the page, JSON with JSON. Requests have to come to this machine's own name and, from a browser, from
the page itself, so that no other site can use it.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode, urlsplit

import segno
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ..runtime.testing.received import form_members
from .hub import fault_from
from .outbox import is_loopback
from .page import STYLE, render

if TYPE_CHECKING:
    from .server import Serving

Members: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[["Serving", str, Members], str]

_SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def _reset(serving: Serving, vendor: str, members: Members) -> str:
    serving.hub.reset()
    return "Everything is as in the beginning."


def _clock(serving: Serving, vendor: str, members: Members) -> str:
    if not members:
        raise ValueError("say seconds or days")
    try:
        serving.hub.advance(float(members.get("seconds") or 0), days=float(members.get("days") or 0))
    except TypeError:
        raise ValueError("seconds and days are numbers") from None
    except OverflowError:
        raise ValueError("that is too far") from None
    return "The clock has moved."


def _snapshot(serving: Serving, vendor: str, members: Members) -> str:
    name = str(members.get("name") or "a moment")[:60]
    serving.hub.snapshot(name)
    return f"Kept as {name}."


def _restore(serving: Serving, vendor: str, members: Members) -> str:
    name = str(members.get("name") or "a moment")
    if name not in serving.hub.snapshots:
        raise ValueError(f"nothing was kept as {name!a}")
    serving.hub.restore(name)
    return "Back again."


def _deliver(serving: Serving, vendor: str, members: Members) -> str:
    return f"{len(serving.hub.deliver())} webhooks were sent."


def _order(serving: Serving, vendor: str, members: Members) -> str:
    fault = fault_from(members)
    known = {operation.id for operation in serving.hub[vendor].operations}
    if fault.operation is not None and fault.operation not in known:
        raise ValueError(f"there is no operation {fault.operation!a}; GET /state lists them")
    serving.hub[vendor].faults.add(fault)
    return "The fault is on order."


def _clear(serving: Serving, vendor: str, members: Members) -> str:
    serving.hub[vendor].faults.clear()
    return "No fault is on order."


def _act(serving: Serving, vendor: str, members: Members) -> str:
    simulator, action, id_ = serving.hub[vendor], members.get("action"), members.get("id")
    if not isinstance(action, str) or action not in simulator.actions:
        named = "" if action is None else f" {str(action)!a}"
        raise ValueError(f"there is no action{named}; there are {', '.join(simulator.actions)}")
    if not id_:
        raise ValueError("the id is missing")
    try:
        simulator.act(action, str(id_))
    except KeyError:
        raise ValueError(f"there is nothing to act on with the id {str(id_)!a}") from None
    return "Done."


CHANGES: dict[str, Change] = {
    "/reset": _reset,
    "/clock": _clock,
    "/snapshot": _snapshot,
    "/restore": _restore,
    "/deliver": _deliver,
    "/{vendor}/faults": _order,
    "/{vendor}/faults/clear": _clear,
    "/{vendor}/act": _act,
}


_TAKES = {
    "/clock": ("seconds", "days"),
    "/snapshot": ("name",),
    "/restore": ("name",),
    "/{vendor}/act": ("action", "id"),
}
"""Members of the switches' bodies; a fault's are looked at by `fault_from`, and the others take none."""


def control_app(serving: Serving) -> Starlette:
    """The application behind the page's port."""

    async def page(request: Request) -> Response:
        urls = {name: serving.base_url(name) for name in serving.origins}
        return _html(render(serving.hub, urls, request.query_params.get("note", "")[:200]))

    async def style(request: Request) -> Response:
        return Response(STYLE, media_type="text/css", headers=_SECURITY)

    async def state(request: Request) -> Response:
        return JSONResponse(serving.hub.as_json(), headers=_SECURITY)

    async def qr(request: Request) -> Response:
        simulator = serving.hub.simulators.get(request.path_params["vendor"])
        wanted = request.path_params["id"]
        issued = simulator.issued() if simulator else []
        offer = next((one.offer for one in issued if one.id == wanted and one.offer), None)
        if offer is None:
            return Response("there is no such offer", 404, headers=_SECURITY)
        image = io.BytesIO()
        segno.make(offer, error="m", micro=False).save(image, kind="svg", scale=4, border=2)
        return Response(image.getvalue(), media_type="image/svg+xml", headers=_SECURITY)

    routes = [
        Route("/", page),
        Route("/style.css", style),
        Route("/state", state),
        Route("/qr/{vendor}/{id}.svg", qr),
        *(Route(path, _endpoint(serving, path, change), methods=["POST"]) for path, change in CHANGES.items()),
    ]
    return Starlette(
        routes=[Route(one.path, _guarded(one.endpoint), methods=list(one.methods or ())) for one in routes]
    )


def _check_members(path: str, members: Members) -> None:
    takes = _TAKES.get(path, ())
    for name in members:
        if path != "/{vendor}/faults" and name not in takes:
            raise ValueError(f"there is no member {name!a}; it takes {', '.join(takes) or 'none'}")


def _endpoint(serving: Serving, path: str, change: Change) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        vendor = request.path_params.get("vendor", "")
        if vendor and vendor not in serving.hub.simulators:
            return Response("there is no such vendor", 404, headers=_SECURITY)
        wants_json = request.headers.get("content-type", "").startswith("application/json")
        try:
            members = await _members(request, wants_json)
            _check_members(path, members)
            note, status = await asyncio.to_thread(change, serving, vendor, members), 200
        except (KeyError, ValueError) as error:
            note, status = f"That did not work: {error}", 400
        if wants_json:
            return JSONResponse({"note": note}, status, headers=_SECURITY)
        return RedirectResponse(f"/?{urlencode({'note': note})}#{vendor}", 303, headers=_SECURITY)

    return endpoint


async def _members(request: Request, is_json: bool) -> Members:
    content = await request.body()
    if not is_json:
        return {name: values[-1] for name, values in form_members(content).items()}
    members = json.loads(content or b"{}")
    if not isinstance(members, dict):
        raise ValueError("the body has to be a JSON object")
    return members


def _guarded(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Refuse requests that another site makes a browser send, and those for another name (DNS rebinding)."""

    async def guarded(request: Request) -> Response:
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        if not is_loopback(f"http://{host}") or foreign or request.headers.get("sec-fetch-site") == "cross-site":
            return Response("only from this machine's own page", 403, headers=_SECURITY)
        return await endpoint(request)

    return guarded


def _html(page: str) -> Response:
    return Response(page, media_type="text/html", headers=_SECURITY)
