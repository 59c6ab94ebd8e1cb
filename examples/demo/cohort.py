"""The cohort, and how each vendor is told about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import credkit
from credkit import IssueRequest, Organisation, Person, Template
from credkit.runtime.clock import SystemClock
from credkit.sandbox.server import Serving

COHORT = (
    Person("Alice Johnson", "alice@example.com", id="learner-1"),
    Person("Bob Smith", "bob@example.com", id="learner-2"),
    Person("Thandi Molefe", "thandi@example.com", id="learner-3"),
)
TITLES = {"record": "Record", "beltic": "Beltic", "didx": "DIDX me-creds", "nchain": "nChain Identity"}
SETTINGS: dict[str, dict[str, Any]] = {
    "record": {"token": "sk_test_sandbox", "templates": {"course": "prog_1779172339924_j3pr93"}},
    "beltic": {"api_key": "sk_staging_sandbox", "templates": {"course": "outcome_attestation"}},
    "didx": {
        "client_id": "sandbox",
        "client_secret": "sandbox-secret",
        "templates": {"course": Template("tpl_6421a8905c17830c188e2e2f", subject={"name": "fullName"})},
    },
    "nchain": {
        "api_key": "nchain-sandbox-admin",
        "correlation_id": "nchain",
        "organisation_profile_id": "123e4567-e89b-12d3-a456-426614174000",
        "templates": {"course": Template("exampleCredential", subject={"name": "fullName"})},
    },
}
CLAIMS = {
    "beltic": {"programme": "Web development", "result": "passed"},
    "didx": {"programmeName": "Web development", "completionDate": "2025-06-30"},
}


@dataclass
class SandboxTime(SystemClock):
    """The sandbox's date, for an issuer that asks whether enough time has passed."""

    serving: Serving

    def now(self) -> float:
        return self.serving.hub.clock.now().timestamp()


def connect(vendor: str, serving: Serving) -> credkit.Issuer[Any]:
    """An issuer that talks to a simulator over HTTP, as it would to the vendor."""
    settings = SETTINGS[vendor] | {"base_url": serving.base_url(vendor), "clock": SandboxTime(serving)}
    return credkit.connect(vendor, max_attempts=1, **settings)


def requests(vendor: str, people: Sequence[Person | Organisation] = COHORT) -> list[IssueRequest]:
    """The same people for every vendor; the claims are what its template asks for."""
    expires = timedelta(days=365) if vendor in ("beltic", "nchain") else None
    claims = CLAIMS.get(vendor, {})
    return [
        IssueRequest("course", person, claims=claims, expires=expires, reference=f"{vendor}-{person.id}")
        for person in people
    ]
