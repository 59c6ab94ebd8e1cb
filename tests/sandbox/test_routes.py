"""Where the operations of an API are found: below the path of its server, wherever that is said."""

from __future__ import annotations

from typing import Any

import pytest

from credkit.runtime.api import Api
from credkit.runtime.operation import Operation, Server
from credkit.sandbox.routes import Routes, base_path
from credkit.sandbox.simulator import default_base

GET: Operation[Any] = Operation(id="get", method="GET", path="/things/{id}")


@pytest.mark.parametrize(
    ("servers", "base"),
    [
        ((), ""),
        ((Server("/"),), ""),
        ((Server("/v1/"),), "/v1"),
        ((Server("https://{region}.things.dev/api/"), Server("https://other.dev")), "/api"),
    ],
)
def test_operations_stand_below_the_servers_path_where_there_is_one(servers: tuple[Server, ...], base: str) -> None:
    api = Api(name="things", servers=servers)
    assert base_path(api) == default_base(api) == base
    found = Routes(api, [(GET, "handler")]).find("GET", f"{base}/things/a%20b")
    assert found is not None
    assert (found[0].handler, found[1]) == ("handler", {"id": "a b"})
