"""Pages: every style, every end, and every way in which a vendor could keep a client reading for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit.runtime import Content, Model, Operation, Pagination, Parameter, Retry
from credkit.runtime.errors import InvalidArgument, NotFoundError, PagingError
from credkit.runtime.transport import WireRequest

from .kit import MODES, Mode, Reply, json_reply, session

both = pytest.mark.parametrize("mode", MODES)


class Meta(Model):
    items_per_page: int | None = None


class Listing(Model):
    data: list[dict[str, int]]
    meta: Meta | None = None


PARAMETERS = tuple(Parameter(name, name, "query") for name in ("page", "limit", "cursor", "offset"))


def listing(typed: bool = False, **pagination: Any) -> Operation[Any]:
    settings_: dict[str, Any] = {"style": "page", "items": "/data", "page": "page", "size": "limit"} | pagination
    return Operation(
        id="list",
        method="GET",
        path="/things",
        parameters=PARAMETERS,
        responses={"200": (Content("application/json", lambda: Listing if typed else dict[str, Any]),)},
        retry=Retry.SAFE,
        pagination=Pagination(**settings_),
        unwrap="data",
    )


def query(request: WireRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.target).query))


def rows(start: int, count: int) -> list[dict[str, int]]:
    return [{"id": number} for number in range(start, start + count)]


class Vendor:
    """`total` rows, in pages of at most `cap` rows, whatever the limit says."""

    def __init__(self, total: int, cap: int = 100, default: int = 20, **shape: Any) -> None:
        self.total, self.cap, self.default, self.shape = total, cap, default, shape

    def size(self, asked: dict[str, str]) -> int:
        return min(int(asked.get("limit", self.default)), self.cap)

    def by_page(self, request: WireRequest) -> Reply:
        asked = query(request)
        size, page = self.size(asked), int(asked.get("page", 1))
        data = rows((page - 1) * size, max(0, min(size, self.total - (page - 1) * size)))
        last = page * size >= self.total
        body: dict[str, Any] = {"data": data}
        if "size" in self.shape:
            body["meta"] = {"itemsPerPage": size}
        if "next" in self.shape:
            body["links"] = {"next": "" if last else "https://api.example.com/v1/things?page=…"}
        if "more" in self.shape:
            body["more"] = not last
        return json_reply(body)

    def by_offset(self, request: WireRequest) -> Reply:
        asked = query(request)
        start = int(asked.get("offset", 0))
        return json_reply({"data": rows(start, max(0, min(self.size(asked), self.total - start)))})

    def by_cursor(self, request: WireRequest) -> Reply:
        asked = query(request)
        start, size = int(asked.get("cursor", "c0")[1:]), self.size(asked)
        end = min(self.total, start + size)
        return json_reply({"data": rows(start, end - start), "next": f"c{end}" if end < self.total else None})

    def by_link(self, request: WireRequest) -> Reply:
        asked = query(request)
        start, size = int(asked.get("offset", 0)), self.size(asked)
        link = f"/v1/things?offset={start + size}&limit={size}" if start + size < self.total else None
        return json_reply({"data": rows(start, max(0, min(size, self.total - start))), "next": link})


STYLES: dict[str, tuple[Operation[Any], Callable[[Vendor], Callable[[WireRequest], Reply]], dict[str, Any]]] = {
    "page": (listing(), lambda vendor: vendor.by_page, {}),
    "page, links": (listing(next="/links/next"), lambda vendor: vendor.by_page, {"next": True}),
    "page, more": (listing(has_more="/more"), lambda vendor: vendor.by_page, {"more": True}),
    "page, size": (listing(page_size="/meta/itemsPerPage"), lambda vendor: vendor.by_page, {"size": True}),
    "page, size_max": (listing(size_max=100), lambda vendor: vendor.by_page, {}),
    "offset": (listing(style="offset", page="offset"), lambda vendor: vendor.by_offset, {}),
    "cursor": (listing(style="cursor", page="cursor", next="/next"), lambda vendor: vendor.by_cursor, {}),
    "link": (listing(style="link", page=None, next="/next"), lambda vendor: vendor.by_link, {}),
}


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=40, deadline=None)
@given(total=st.integers(0, 70), limit=st.none() | st.integers(1, 100), cap=st.integers(1, 100))
def test_every_item_comes_once_whatever_the_vendor_caps(style: str, total: int, limit: int | None, cap: int) -> None:
    """Also where a larger limit is lowered silently; only a documented maximum is taken at its word."""
    op, answering, shape = STYLES[style]
    if style == "page, size_max":
        cap = 100
    vendor = Vendor(total, cap, **shape)
    arguments = {} if limit is None else {"limit": limit}
    with session("sync", answering(vendor)) as (client, _):
        assert client.items(op, arguments) == rows(0, total)


@both
@pytest.mark.parametrize("style", STYLES)
def test_pages_and_items(mode: Mode, style: str) -> None:
    op, answering, shape = STYLES[style]
    with session(mode, answering(Vendor(45, **shape))) as (client, script):
        pages = client.pages(op, {"limit": 20})
        assert [len(page.items) for page in pages if page.items] == [20, 20, 5]
        assert [page.number for page in pages] == list(range(1, len(pages) + 1))
        assert pages[0].response.status == 200
        assert client.items(op, {"limit": 20}) == rows(0, 45)
        assert query(script.requests[0]) == {"limit": "20"}


@pytest.mark.parametrize(
    ("style", "requests"),
    [("page", 4), ("page, links", 3), ("page, more", 3), ("page, size", 3), ("page, size_max", 3), ("offset", 4)],
)
def test_no_request_more_than_certainty_needs(style: str, requests: int) -> None:
    op, answering, shape = STYLES[style]
    with session("sync", answering(Vendor(45, **shape))) as (client, script):
        client.items(op, {"limit": 20})
        assert len(script.requests) == requests


@both
def test_pages_start_where_the_caller_says(mode: Mode) -> None:
    with session(mode, Vendor(45).by_page) as (client, script):
        assert client.items(listing(), {"limit": 20, "page": 2}) == rows(20, 25)
        assert query(script.requests[0])["page"] == "2"
    with session(mode, Vendor(45).by_offset) as (client, _):
        assert client.items(STYLES["offset"][0], {"limit": 20, "offset": 30}) == rows(30, 15)


@both
def test_models_are_walked_by_wire_names(mode: Mode) -> None:
    op = listing(typed=True, page_size="/meta/items_per_page")
    with session(mode, json_reply({"data": rows(0, 1), "meta": {"items_per_page": 5}, "more": 1})) as (client, _):
        assert client.items(op) == rows(0, 1)


def test_a_pager_can_be_read_again() -> None:
    with session("sync", Vendor(30).by_page) as (client, _):
        pager: Any = client.client._pages(listing(), {"limit": 20})
        assert list(pager) == list(pager) == rows(0, 30)


# --- ways not to end -------------------------------------------------------------------------------------------------


def ending(
    mode: Mode, op: Operation[Any], *steps: Any, arguments: Any = None, **options: Any
) -> tuple[PagingError, int, int]:
    """The error, how many pages came before it and how many requests were sent."""
    with session(mode, *steps) as (client, script):
        pages: list[Any] = []
        with pytest.raises(PagingError) as caught:
            client.each_page(op, arguments, pages.append, **options)
        assert "GET /things (demo.list)" in str(caught.value)
        return caught.value, len(pages), len(script.requests)


@both
@pytest.mark.parametrize("style", ["page", "offset"])
def test_a_page_that_repeats_itself(mode: Mode, style: str) -> None:
    error, pages, sent = ending(mode, STYLES[style][0], json_reply({"data": rows(0, 20)}), arguments={"limit": 20})
    assert "repeats" in str(error)
    assert (pages, sent) == (1, 2)


@both
def test_a_list_without_an_end(mode: Mode) -> None:
    error, pages, sent = ending(mode, listing(), Vendor(10**9).by_page, max_pages=7)
    assert "7 pages" in str(error)
    assert (pages, sent) == (7, 7)


@both
def test_a_cursor_that_comes_again(mode: Mode) -> None:
    op = STYLES["cursor"][0]
    steps = [json_reply({"data": rows(number, 1), "next": f"c{number % 3}"}) for number in range(9)]
    error, pages, sent = ending(mode, op, *steps)
    assert "cursor" in str(error)
    assert (pages, sent) == (4, 4)


@both
def test_a_cursor_of_another_kind(mode: Mode) -> None:
    ending(mode, STYLES["cursor"][0], json_reply({"data": rows(0, 1), "next": {"a": 1}}))


@both
def test_a_link_that_comes_again(mode: Mode) -> None:
    steps = [json_reply({"data": rows(number, 1), "next": f"?offset={number % 2}"}) for number in range(9)]
    error, pages, _ = ending(mode, STYLES["link"][0], *steps)
    assert "link" in str(error)
    assert pages == 3


@both
@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example.com/v1/things?page=2",
        "//evil.example.com/v1/things?page=2",
        "http://api.example.com/v1/things?page=2",
        "https://api.example.com:444/v1/things?page=2",
        "https://user@api.example.com/v1/things?page=2",
        "https://api.example.com/v1/admin?page=2",
        "../admin",
        "https://api.example.com/v1/things/../admin",
        "https://[::1/x",
        "javascript:alert(1)",
        "?a=\r\nX-Evil: 1",
        "?a=\u00e4 b",
        7,
        {"href": "?page=2"},
    ],
)
def test_a_link_that_leads_away(mode: Mode, link: Any) -> None:
    error, pages, sent = ending(mode, STYLES["link"][0], json_reply({"data": rows(0, 1), "next": link}))
    assert (pages, sent) == (1, 1)
    assert "evil" not in str(error)


@both
@pytest.mark.parametrize(
    "link", ["?offset=1", "/v1/things?offset=1", "https://API.example.com:443/v1/things?offset=1#x"]
)
def test_a_link_that_stays(mode: Mode, link: str) -> None:
    steps = (json_reply({"data": rows(0, 1), "next": link}), json_reply({"data": rows(1, 1), "next": None}))
    with session(mode, *steps, credentials={"key": "k"}) as (client, script):
        assert client.items(STYLES["link"][0]) == rows(0, 2)
        assert script.requests[1].url == "https://api.example.com/v1/things?offset=1"


@both
def test_a_link_in_a_header(mode: Mode) -> None:
    op = listing(style="link", page=None, next=None)
    header = '<https://api.example.com/v1/things?offset=0>; rel="prev", <?offset=1>; title="x"; rel="next"'
    steps = (json_reply({"data": rows(0, 1)}, link=header), json_reply({"data": rows(1, 1)}, link='<x>; rel="prev"'))
    with session(mode, *steps) as (client, script):
        assert client.items(op) == rows(0, 2)
        assert script.requests[1].target == "/v1/things?offset=1"


@both
@pytest.mark.parametrize(
    "header",
    [
        '<?fields=a,b&offset=1>; rel="next"',
        '<?fields=a,b&offset=1>; rel="next last"',
        "<?fields=a,b&offset=1> ; title=x ; REL = next, <?offset=9>; rel=last",
        '<?fields=a;rel=next>; rel=prev, <?fields=a,b&offset=1>; title="a, b; c"; rel=next',
    ],
)
def test_every_way_to_write_a_link_header(mode: Mode, header: str) -> None:
    op = listing(style="link", page=None, next=None)
    with session(mode, json_reply({"data": rows(0, 1)}, link=header), json_reply({"data": rows(1, 1)})) as (
        client,
        script,
    ):
        assert client.items(op) == rows(0, 2)
        assert script.requests[1].target == "/v1/things?fields=a,b&offset=1"


@both
def test_an_empty_page_although_there_is_more(mode: Mode) -> None:
    error, pages, _ = ending(mode, STYLES["page, more"][0], json_reply({"data": [], "more": True}))
    assert "empty" in str(error)
    assert pages == 1


@both
def test_a_page_size_that_changes(mode: Mode) -> None:
    """Page 2 of 50 begins elsewhere than page 2 of 20: items would be skipped."""
    steps = (
        json_reply({"data": rows(0, 20), "meta": {"itemsPerPage": 20}}),
        json_reply({"data": rows(50, 50), "meta": {"itemsPerPage": 50}}),
    )
    error, pages, _ = ending(mode, STYLES["page, size"][0], *steps)
    assert "size" in str(error)
    assert pages == 2


@both
@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {"id": 1}}])
def test_an_answer_without_a_list(mode: Mode, body: Any) -> None:
    _, pages, _ = ending(mode, listing(), json_reply(body))
    assert pages == 0


@both
def test_a_limit_that_the_vendor_would_lower(mode: Mode) -> None:
    with session(mode, Vendor(10).by_page) as (client, script):
        with pytest.raises(InvalidArgument):
            client.client._pages(listing(size_max=100), {"limit": 101})
        assert not script.requests


@both
def test_an_error_on_the_way_is_the_calls_own(mode: Mode) -> None:
    with session(mode, Vendor(45).by_page, json_reply({}, 404)) as (client, _), pytest.raises(NotFoundError):
        client.items(listing(), {"limit": 20})


def test_pages_show_no_items() -> None:
    with session("sync", json_reply({"data": [{"mail": "canary@example.com"}]})) as (client, _):
        pages = client.pages(listing(page_size="/x", size_max=5), {"limit": 5})
    assert "canary" not in repr(pages)
    assert json.dumps(repr(pages[0])) == '"<Page 1, 1 items>"'
