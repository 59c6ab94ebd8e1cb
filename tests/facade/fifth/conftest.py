"""Brings the invented vendor in: its package is generated, its adapter is found by an entry point."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import credkit
from credkit import IssueRequest, Person
from credkit_codegen.pipeline import Target, generate

from ..conformance.cases import Case
from ..conformance.facade import Facade
from .vendor import LumenVendor

HERE = Path(__file__).parent / "lumen"


@pytest.fixture(scope="session")
def lumen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Any]]:
    """The adapter's class. What was written for it: `openapi.yaml`, `client.toml`, `adapter.py`."""
    out = tmp_path_factory.mktemp("lumen")
    generate(Target(spec=HERE / "openapi.yaml", out=out, config=HERE / "client.toml"))
    (out / "credkit_lumen_adapter.py").write_text((HERE / "adapter.py").read_text("utf-8"), "utf-8")
    sys.path.insert(0, str(out))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module("credkit_lumen_adapter").LumenAdapter
    finally:
        sys.path.remove(str(out))
        for name in [name for name in sys.modules if name.startswith("credkit_lumen")]:
            del sys.modules[name]


@pytest.fixture
def installed(lumen: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the adapter's distribution had been installed."""
    entry = metadata.EntryPoint("lumen", "credkit_lumen_adapter:LumenAdapter", "credkit.adapters")

    def entry_points(*, group: str, name: str = "lumen") -> list[metadata.EntryPoint]:
        return [entry] if (group, name) == ("credkit.adapters", "lumen") else []

    monkeypatch.setattr("credkit.connecting.entry_points", entry_points)


@pytest.fixture
def case() -> Case:
    def person(number: int) -> IssueRequest:
        holder = Person(f"Canary Name {number}", f"canary-{number}@people.example")
        return IssueRequest("course", holder, reference=f"intent-{number}")

    return Case(
        name="lumen",
        operation="createAward",
        looks_up=True,
        batches=False,
        settings=lambda vendor: {"token": vendor.key, "templates": {"course": "welding"}},
        request=person,
        refused=lambda: IssueRequest(credkit.Template("unheard-of"), person(900).subject, reference="refused"),
        truth=_truth,
        item_pointer="/id",
        wrong_key={"token": "wrong"},
        other_key={"token": "lumen-key-other"},
        revoking="withdrawAward",
    )


def _truth(vendor: Any, request: IssueRequest) -> list[str]:
    return [one["id"] for one in vendor.awards.values() if one["holder"]["email"] == request.subject.email]


@pytest.fixture(params=["sync-stub", "async-stub"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connect(case: Case, kind: str, installed: None) -> Iterator[Callable[..., Facade]]:
    vendor: Any = LumenVendor()
    made: list[Facade] = []

    def make(**settings: Any) -> Facade:
        made.append(Facade(case, vendor, kind, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def facade(connect: Callable[..., Facade]) -> Facade:
    return connect()
