"""Which operation a stub takes a request for, and the parts of deep objects."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from functools import cached_property
from typing import Any

import pytest

from credkit.runtime import Api, Body, Operation, Part
from credkit.runtime.bodies import encode_body
from credkit.runtime.multipart import multipart_pieces
from credkit.runtime.testing import OperationStub, ResourceStub, StubClient
from credkit.runtime.testing.router import Router


def _operation(id_: str, path: str, body: Body | None = None) -> Operation[Any]:
    return Operation(id=id_, method="POST", path=path, body=body)


def _found(router: Router[str], target: str, content_type: str | None = None) -> str | None:
    found = router.find("POST", target, content_type)
    return None if found is None else found[0]


def test_operations_on_one_route_are_told_apart_by_the_content_type() -> None:
    bodies = {
        "json": Body("application/json", lambda: Any),
        "form": Body("multipart/form-data", lambda: Any),
        "none": None,
    }
    router = Router((_operation(name, "/files/{id}", body), name) for name, body in bodies.items())
    assert _found(router, "/v1/files/1", "multipart/form-data; boundary=x") == "form"
    assert _found(router, "/v1/files/1", "application/json") == "json"
    assert _found(router, "/v1/files/1") == "json"


def test_another_route_does_not_take_what_the_nearer_one_refuses() -> None:
    near = _operation("near", "/files/latest", Body("application/json", lambda: Any))
    far = _operation("far", "/files/{id}", Body("text/plain"))
    router: Router[str] = Router([(far, "far"), (near, "near")])
    assert _found(router, "/files/latest", "text/plain") == "near"


@pytest.mark.parametrize("sent", ["/a b/😀", "/a%20b/%F0%9F%98%80", "/a%20b/%f0%9f%98%80"])
def test_fixed_text_of_a_path_may_be_encoded(sent: str) -> None:
    router: Router[str] = Router([(_operation("x", "/a b/😀"), "x")])
    assert _found(router, sent) == "x"


def test_deep_objects_are_a_part_for_each_value() -> None:
    part = Part("meta", style="deepObject", explode=True)
    pieces = multipart_pieces({"meta": {"a": 1, "b": {"c": ["x", "y"]}}, "n": 2}, {"meta": part})
    names = [piece.head.split(b'name="')[1].split(b'"')[0].decode() for piece in pieces]
    assert names == ["meta[a]", "meta[b][c][]", "meta[b][c][]", "n"]
    assert [piece.source.data for piece in pieces] == [b"1", b"x", b"y", b"2"]


def test_a_multipart_body_without_members_is_sent_as_it_is() -> None:
    encoded = encode_body(Body("multipart/mixed; boundary=batch"), "--batch--\r\n")
    assert encoded is not None
    assert (encoded.content_type, encoded.content) == ("multipart/mixed; boundary=batch", b"--batch--\r\n")


class _Odd(ResourceStub):
    """Operations called like what a stub client has."""

    @cached_property
    def client(self) -> OperationStub[Any]:
        return self._stub(_operation("client", "/client"))

    @cached_property
    def reset(self) -> OperationStub[Any]:
        return self._stub(_operation("reset", "/reset"))


class _OddStub(StubClient[Any, Any]):
    @cached_property
    def odd(self) -> _Odd:
        return _Odd(self)


def test_operations_called_like_the_stub_itself_are_among_its_operations() -> None:
    stub = _OddStub(Api(name="odd"), lambda **_: None, lambda **_: None)
    assert {one.operation.id for one in stub._all()} == {"client", "reset"}
