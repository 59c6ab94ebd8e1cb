from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from credkit.sandbox.server import Serving, serve

from .cases import CASES, Case
from .facade import KINDS, Facade


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    with serve() as running:
        yield running


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connect(case: Case, kind: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Facade]]:
    """Makes facades for one and the same sandbox of the vendor."""
    base_url = None
    if kind.endswith("stub"):
        simulator = case.simulator()
    else:
        serving: Serving = request.getfixturevalue("serving")
        serving.hub.reset()
        simulator = serving.hub[case.name]
        base_url = serving.base_url(case.name)
    made: list[Facade] = []

    def make(**settings: Any) -> Facade:
        made.append(Facade(case, simulator, kind, base_url, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def facade(connect: Callable[..., Facade]) -> Facade:
    return connect()
