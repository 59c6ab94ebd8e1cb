"""Every Python block of README, docs and generated READMEs runs, as written and in order, against stubs instead of vendors."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import credkit.runtime.http
from credkit.runtime.testing import StubClient
from credkit.runtime.transport import AsyncWireResponse, WireRequest, WireResponse

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("codegen/*.md"), *ROOT.glob("generated/*/*.md")]
)
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"`make ([a-z]+)[^`]*`|^make ([a-z]+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


class Done:
    """What may be awaited, or not."""

    def __await__(self) -> Iterator[None]:
        return iter(())


class StubNetwork:
    """Stands where the network is: a request goes to the stub of the vendor whose host it names."""

    def __init__(self) -> None:
        self.stubs: dict[str, StubClient[Any, Any]] = {}
        for folder in sorted(ROOT.glob("generated/*/credkit_*")):
            testing = importlib.import_module(f"{folder.name}.testing")
            (stub,) = (value for name, value in vars(testing).items() if is_stub_class(value, folder.name))
            self.add(stub())

    def add(self, stub: StubClient[Any, Any]) -> None:
        for server in stub.api.servers:
            self.stubs[server.url.split("/")[2].format(host="test.didxtech.com")] = stub

    def __call__(self, *arguments: object, **options: object) -> StubNetwork:
        """Called in the place of a transport's class."""
        return self

    def send(self, request: WireRequest) -> WireResponse:
        return self.stubs[request.origin.host]._transport.send(request)

    async def asend(self, request: WireRequest) -> AsyncWireResponse:
        return await self.stubs[request.origin.host]._transport.asend(request)

    def close(self) -> None:
        """Nothing is open."""

    def retire(self) -> Done:
        """Nothing is under way; of the sync and of the async transport."""
        return Done()

    async def aclose(self) -> None:
        """Nothing is open."""


def is_stub_class(value: object, package: str) -> bool:
    """Whether a member of a generated `testing` module is the stub of the whole client."""
    return isinstance(value, type) and issubclass(value, StubClient) and value.__module__.startswith(package)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> StubNetwork:
    """No block reaches a real vendor."""
    stubs = StubNetwork()
    monkeypatch.setattr(credkit.runtime.http, "HttpTransport", stubs)
    monkeypatch.setattr(credkit.runtime.http, "AsyncHttpTransport", stubs)
    return stubs


@pytest.mark.parametrize(
    "page", [page for page in PAGES if BLOCK.search(page.read_text())], ids=lambda p: str(p.relative_to(ROOT))
)
def test_blocks_run(page: Path, network: StubNetwork, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    play(page)


def play(page: Path) -> None:
    """Run the blocks of a page as one program."""
    text = page.read_text()
    names: dict[str, object] = {"__name__": "__main__"}
    for match in BLOCK.finditer(text):
        line = text[: match.start()].count("\n") + 1
        source = "\n" * line + match.group(1)
        exec(compile(source, str(page), "exec"), names)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_blocks_run_again_where_they_ran_before(
    page: Path, network: StubNetwork, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        play(page)
    assert (
        list(tmp_path.glob("issuances.db*")) == []
    ), "the ledger that `credkit plan` takes by itself stays the reader's"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_targets_exist(page: Path) -> None:
    text = page.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {first or second for first, second in MAKE.findall(text)} <= targets
    assert [link for link in LINK.findall(text) if not (page.parent / link).exists()] == []


def test_nothing_is_installed_by_a_name_that_is_somebody_elses() -> None:
    """The public index has another project called credkit."""
    texts = [*PAGES, *ROOT.glob("src/**/*.py"), *ROOT.glob("codegen/**/*.py")]
    named = re.compile(r"(?<![\w-])credkit\[[\w,{}]+\]|pip install[^`'\n]* credkit\b(?![-_/])")
    found = {str(path.relative_to(ROOT)): named.findall(path.read_text("utf-8")) for path in texts}
    assert {path: names for path, names in found.items() if names} == {}


def test_there_is_something_to_run() -> None:
    assert BLOCK.search((ROOT / "README.md").read_text()), "README has no Python block"
