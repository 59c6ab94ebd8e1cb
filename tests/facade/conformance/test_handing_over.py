"""What exists is written down before anybody is told of it: a process that dies in between leaves no question but whether the holder knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import credkit
from credkit import Issued
from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.runtime.testing.transport import StubTransport

from .cases import DIDX, NCHAIN, Case


class Death(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("case", [DIDX, NCHAIN], ids=lambda case: case.name)
def test_a_process_that_dies_before_the_holder_is_told(case: Case, tmp_path: Path) -> None:
    simulator = case.simulator()
    dying = True

    def handle(received: Received) -> Reply:
        kept = case.truth(simulator, case.request(1))
        if dying and kept and received.method == "POST":
            raise Death
        return simulator.handle(received)

    def connected() -> credkit.Issuer[Any]:
        given: Any = {**case.settings(simulator), "transport": StubTransport(handle), "clock": simulator.client_clock}
        return credkit.connect(case.name, ledger=tmp_path / "l.db", max_attempts=1, **given)

    request = case.request(1)
    with connected() as issuer:
        if case.name == "didx":
            issuer.client.users.create(email=request.subject.email)
        with pytest.raises(Death):
            issuer.issue([request], deliver="email")
    dying = False
    with connected() as issuer:
        (found,) = issuer.issue([request], deliver="email")
        assert isinstance(found, Issued), "it is not unknown, and needs no person"
        assert case.truth(simulator, request) == [found.credential.id]
        assert found.credential.delivery is None
        told = issuer.deliver(found.credential, "email", to=request.subject)
        assert told.delivery is not None
        assert told.delivery.status == "sent"
    assert len(case.truth(simulator, request)) == 1


@pytest.mark.parametrize("case", [DIDX, NCHAIN], ids=lambda case: case.name)
def test_what_came_of_telling_is_in_the_ledger(case: Case, tmp_path: Path) -> None:
    simulator = case.simulator()
    given: Any = {**case.settings(simulator), "transport": simulator, "clock": simulator.client_clock}
    request = case.request(1)
    with credkit.connect(case.name, ledger=tmp_path / "l.db", max_attempts=1, **given) as issuer:
        if case.name == "didx":
            issuer.client.users.create(email=request.subject.email)
        (first,) = issuer.issue([request], deliver="email").issued
        (again,) = issuer.issue([request], deliver="email").issued
    assert first.credential.delivery is not None
    assert again.credential.delivery is not None
    assert again.credential.delivery.status == first.credential.delivery.status == "sent"
    assert again.credential.status == first.credential.status == "delivered"
