"""What the conformance suite has to know of a vendor: how to reach its sandbox, what to ask for, and what is really there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from credkit import sandbox
from credkit.model import IssueRequest, Organisation, Person, Template
from credkit.sandbox.simulator import Simulator
from credkit.sandbox.vendors.nchain_state import EXAMPLE


@dataclass(frozen=True)
class Case:
    """A vendor.

    Attributes:
        operation: `operationId` of the call that issues.
        looks_up: reconciling works without a person.
        settings: what `connect` takes besides key and transport.
        request: the n-th intent: another subject for each n.
        refused: an intent that the vendor itself refuses, alone; None when it refuses only what is checked before sending.
        truth: ids of what the vendor keeps for an intent.
        item_pointer: the place of the first credential's id in the answer to issuing.
        wrong_key, other_key: settings with a key that is refused, and with another account's.
        revoking: `operationId` of revoking.
    """

    name: str
    operation: str
    looks_up: bool
    batches: bool
    settings: Callable[[Simulator[Any]], dict[str, Any]]
    request: Callable[[int], IssueRequest]
    refused: Callable[[], IssueRequest] | None
    truth: Callable[[Simulator[Any], IssueRequest], list[str]]
    item_pointer: str
    wrong_key: dict[str, str]
    other_key: dict[str, str]
    revoking: str | None = None

    def simulator(self) -> Simulator[Any]:
        made: Simulator[Any] = sandbox.make(self.name)
        return made


def _record_truth(simulator: Any, request: IssueRequest) -> list[str]:
    batches = [batch for _, batch in simulator.state.batches.values()]
    return [one.recipient_id for batch in batches for one in batch.recipients if one.email == request.subject.email]


def _beltic_truth(simulator: Any, request: IssueRequest) -> list[str]:
    kept: Iterable[Any] = simulator.state.credentials.values()
    return [one.credential.id for one in kept if one.credential.subject.id == request.subject.id]


def _nchain_truth(simulator: Any, request: IssueRequest) -> list[str]:
    kept: Iterable[Any] = simulator.state.offers.values()
    return [str(one.offer.id) for one in kept if one.offer.email == request.subject.email]


def _didx_truth(simulator: Any, request: IssueRequest) -> list[str]:
    kept: Iterable[Any] = simulator.state.issuances.values()
    return [one.issuance.id for one in kept if one.attributes["fullName"] == request.subject.name]


def _person(number: int) -> Person:
    return Person(f"Canary Name {number}", f"canary-{number}@people.example", id=f"person-{number}")


RECORD = Case(
    name="record",
    operation="issueCredentials",
    looks_up=True,
    batches=True,
    settings=lambda simulator: {"token": simulator.key, "templates": {"course": "prog_1779172339924_j3pr93"}},
    request=lambda number: IssueRequest("course", _person(number), reference=f"intent-{number}"),
    refused=None,
    truth=_record_truth,
    item_pointer="/data/recipients/0/recipientId",
    wrong_key={"token": "sk_test_wrong"},
    other_key={"token": "sk_test_other"},
)
BELTIC = Case(
    name="beltic",
    operation="batchIssueCredentials",
    looks_up=True,
    batches=True,
    settings=lambda simulator: {"api_key": simulator.key, "templates": {"course": "business"}},
    request=lambda number: IssueRequest(
        "course",
        Organisation(f"Canary Name {number}", id=f"organisation-{number}", jurisdiction="US-DE"),
        claims={"kyb_status": "approved", "verified_at": datetime(2025, 6, 1, tzinfo=UTC)},
        expires=timedelta(days=90),
        reference=f"intent-{number}",
    ),
    refused=lambda: IssueRequest(
        "course",
        Organisation("Canary Name 900", id="organisation-900"),
        claims={"id_document_type": "passport"},
        reference="refused",
    ),
    truth=_beltic_truth,
    item_pointer="/results/0/credential",
    wrong_key={"api_key": "sk_staging_wrong"},
    other_key={"api_key": "sk_staging_other"},
    revoking="revokeCredential",
)
NCHAIN = Case(
    name="nchain",
    operation="createCredentialOffers",
    looks_up=True,
    batches=True,
    settings=lambda simulator: {
        "api_key": simulator.key,
        "environment_id": "sandbox",
        "correlation_id": "nchain",
        "organisation_profile_id": str(EXAMPLE),
        "templates": {"course": Template("exampleCredential", subject={"name": "fullName"})},
    },
    request=lambda number: IssueRequest(
        "course", _person(number), expires=timedelta(days=90), reference=f"intent-{number}"
    ),
    refused=lambda: IssueRequest("course", _person(900), expires=datetime(2020, 1, 1, tzinfo=UTC), reference="refused"),
    truth=_nchain_truth,
    item_pointer="/credentialOffers/0/id",
    wrong_key={"api_key": "wrong"},
    other_key={"api_key": "nchain-sandbox-user"},
    revoking="revokeCredentialOffers",
)
DIDX = Case(
    name="didx",
    operation="issueCredential",
    looks_up=False,
    batches=False,
    settings=lambda simulator: {
        "client_id": simulator.keys[1].value,
        "client_secret": simulator.keys[1].secret,
        "templates": {"course": Template("tpl_6421a8905c17830c188e2e2f", subject={"name": "fullName"})},
    },
    request=lambda number: IssueRequest(
        "course",
        _person(number),
        claims={"programmeName": "Welding", "completionDate": "2025-06-30"},
        reference=f"intent-{number}",
    ),
    refused=lambda: IssueRequest("course", _person(900), claims={"programmeName": "Welding"}, reference="refused"),
    truth=_didx_truth,
    item_pointer="/data/id",
    wrong_key={"client_secret": "wrong"},
    other_key={"client_id": "other", "client_secret": "other-secret"},
    revoking="revokeIssuance",
)

CASES = (RECORD, BELTIC, NCHAIN, DIDX)
