"""Packages load their members on first use."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

INIT = """
from credkit.runtime.lazy import lazy
__getattr__ = lazy(__name__, {"Thing": ".things", "things": ".things", "missing": ".absent"})
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    folder = tmp_path / "lazy_sample"
    folder.mkdir()
    (folder / "__init__.py").write_text(INIT)
    (folder / "things.py").write_text("class Thing: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("lazy_sample")]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module("lazy_sample")


def test_nothing_is_loaded_before_it_is_used_and_everything_once(package: ModuleType) -> None:
    assert "lazy_sample.things" not in sys.modules
    thing = package.Thing
    assert thing is sys.modules["lazy_sample.things"].Thing
    assert package.__dict__["Thing"] is thing


def test_a_submodule_is_a_member_too(package: ModuleType) -> None:
    assert package.things is sys.modules["lazy_sample.things"]
    from lazy_sample import things  # type: ignore[import-not-found]

    assert things is package.things


def test_dir_lists_the_members_and_nothing_that_only_helps(package: ModuleType) -> None:
    assert [name for name in dir(package) if name[:2] != "__"] == ["Thing", "missing", "things"]
    listed = dir(importlib.import_module("credkit"))
    assert {"connect", "IssueRequest", "StatusError"} <= set(listed)
    assert not {"TYPE_CHECKING", "annotations", "lazy"} & set(listed)


def test_other_names_are_missing_as_in_any_module(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=r"module 'lazy_sample' has no attribute 'nothing'"):
        _ = package.nothing
    assert not hasattr(package, "__wrapped__")
    with pytest.raises(ModuleNotFoundError):
        _ = package.missing


def test_importing_the_runtime_loads_neither_pydantic_nor_httpx() -> None:
    code = "import sys, credkit.runtime; print([n for n in ('pydantic', 'httpx', 'httpx2', 'asyncio') if n in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"


def test_every_public_name_of_the_runtime_can_be_loaded() -> None:
    runtime = importlib.import_module("credkit.runtime")
    for name in runtime.__all__:
        assert getattr(runtime, name) is not None


CLIENT_MODULE = """
import sys, pydantic
before = set(sys.modules)
from credkit.runtime import Api, AsyncClient, Bearer, Client, ClientOptions, OAuth2, Operation, Server
from credkit.runtime import client
print(sorted(set(sys.modules) - before))
"""
SYNC_CALL = """
import http.server, sys, threading
from credkit.runtime import Api, Client, Content, Operation, Server

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *args):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.handle_request, daemon=True).start()
listed = Operation(id="list", method="GET", path="/", responses={"200": (Content("application/json", lambda: list[int]),)})
with Client(Api(name="x"), {}, base_url=f"http://127.0.0.1:{server.server_port}") as client:
    assert client._call(listed, {}) == []
server.server_close()
print(sorted(name for name in sys.modules if name == "asyncio" or name.startswith("asyncio.")))
"""


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_client_loads_neither_asyncio_nor_what_only_calls_need() -> None:
    loaded = set(ast.literal_eval(run_python(CLIENT_MODULE)))
    needed_by_calls = {f"credkit.runtime.{name}" for name in ("bodies", "decode", "models", "multipart", "serialise")}
    assert "credkit.runtime.client" in loaded
    assert not loaded & (needed_by_calls | {"asyncio", "concurrent.futures", "pydantic.main", "pydantic.type_adapter"})


def test_a_synchronous_call_does_without_asyncio() -> None:
    assert ast.literal_eval(run_python(SYNC_CALL)) == []
