"""One vendor's simulator with everything that a test of the ledger needs to know of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from credkit import sandbox
from credkit.adapters.beltic import BelticAdapter
from credkit.adapters.didx import DidxAdapter
from credkit.adapters.nchain import NChainAdapter
from credkit.adapters.record import RecordAdapter
from credkit.ledger import SqliteLedger
from credkit.model import IssueRequest, Person, Template


class WorldClock:
    """The simulator's time, as a machine sees it whose clock may be wrong by `skew` seconds."""

    def __init__(self, simulator: Any) -> None:
        self._simulator = simulator
        self.skew = 0.0

    def now(self) -> float:
        return float(self._simulator.clock.now().timestamp()) + self.skew

    def monotonic(self) -> float:
        return float(self._simulator.clock.now().timestamp())

    def sleep(self, seconds: float) -> None:
        self._simulator.clock.advance(max(0.0, seconds))

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)


@dataclass
class Vendor:
    """How to make a world of a vendor.

    Attributes:
        request: the request of a person by number.
        issuing: the operation that can issue; `looking` those that look.
        people: of all credentials or offers at the simulator, whose it is (the name) and its id.
        pointers: places of the answer to `issuing` that a fault may spoil.
    """

    name: str
    simulator: Callable[[], Any]
    adapter: Callable[[], Any]
    client: Callable[[Any, Any], Any]
    request: Callable[[int], IssueRequest]
    issuing: str
    looking: Sequence[str]
    people: Callable[[Any], list[tuple[str, str]]]
    pointers: Sequence[str]


@dataclass
class World:
    """A vendor, its adapter, a clock, and a ledger file that several processes open."""

    vendor: Vendor
    path: Path
    simulator: Any = field(init=False)
    clock: WorldClock = field(init=False)
    adapter: Any = field(init=False)
    client: Any = field(init=False)
    before: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.simulator = self.vendor.simulator()
        self.clock = WorldClock(self.simulator)
        self.adapter = self.vendor.adapter()
        self.client = self.vendor.client(self.simulator, self.clock)
        self.before = Counter(name for name, _ in self.vendor.people(self.simulator))

    def open(self) -> SqliteLedger:
        return SqliteLedger.open(self.path, now=self.clock.moment)

    def account(self, ledger: SqliteLedger) -> str:
        return ledger.account(self.vendor.name, "test", "key")

    def commits(self) -> Counter[str]:
        """How many credentials the vendor has issued since, by the person's name."""
        found = Counter(name for name, _ in self.vendor.people(self.simulator))
        found.subtract(self.before)
        return +found

    def ids(self) -> dict[str, str]:
        """The vendor's id of each person's credential, by name."""
        return dict(self.vendor.people(self.simulator))


def name_of(number: int) -> str:
    return f"Person {number:03}"


def _name_of_id(id_: str) -> str:
    """The name of `_person` with this id; ids of others as they are."""
    number = id_.removeprefix("did:example:")
    return name_of(int(number)) if number.isdigit() else id_


def _person(number: int) -> Person:
    return Person(name_of(number), f"person{number}@example.com", id=f"did:example:{number}")


def _reference(number: int) -> str | None:
    return None if number % 5 == 4 else f"enrol-{number}"


# --- Record ----------------------------------------------------------------------------------------------------------


def _record_client(simulator: Any, clock: WorldClock) -> Any:
    from credkit_record import Record

    return Record(token=simulator.key, transport=simulator, clock=clock, random=lambda: 0.5)


RECORD = Vendor(
    name="record",
    simulator=sandbox.record,
    adapter=lambda: RecordAdapter(batch_size=3, concurrency=2),
    client=_record_client,
    request=lambda number: IssueRequest(
        "prog_1779172339924_j3pr93", dataclasses.replace(_person(number), id=None), reference=_reference(number)
    ),
    issuing="issueCredentials",
    looking=("listCredentialBatches", "getCredentialBatch"),
    people=lambda simulator: [
        (one.name, one.recipient_id) for _, batch in simulator.state.batches.values() for one in batch.recipients
    ],
    pointers=("", "/data", "/data/batchId", "/data/recipients", "/data/recipients/0", "/data/recipients/1/recipientId"),
)

# --- Beltic ----------------------------------------------------------------------------------------------------------


def _beltic_client(simulator: Any, clock: WorldClock) -> Any:
    from credkit_beltic import Beltic

    return Beltic(api_key=simulator.key, transport=simulator, clock=clock, random=lambda: 0.5)


def _beltic_people(simulator: Any) -> list[tuple[str, str]]:
    kept = [one.credential for one in simulator.state.credentials.values()]
    return [(_name_of_id(str(one.subject.id)), str(one.id)) for one in kept]


BELTIC = Vendor(
    name="beltic",
    simulator=sandbox.beltic,
    adapter=lambda: BelticAdapter(batch_size=4, concurrency=2),
    client=_beltic_client,
    request=lambda number: IssueRequest(
        "user", _person(number), claims={"kyc_status": "approved"}, reference=_reference(number)
    ),
    issuing="batchIssueCredentials",
    looking=("listCredentials", "getCredential"),
    people=_beltic_people,
    pointers=(
        "",
        "/results",
        "/results/0",
        "/results/0/credential",
        "/results/1/credential/id",
        "/results/0/correlation_id",
    ),
)


# --- DIDX ------------------------------------------------------------------------------------------------------------


def _didx_client(simulator: Any, clock: WorldClock) -> Any:
    from credkit_didx import Didx

    return Didx(token=simulator.key, transport=simulator, clock=clock, random=lambda: 0.5)


DIDX = Vendor(
    name="didx",
    simulator=sandbox.didx,
    adapter=lambda: DidxAdapter(concurrency=3),
    client=_didx_client,
    request=lambda number: IssueRequest(
        Template("tpl_6421a8905c17830c188e2e2f", subject={"name": "fullName"}),
        _person(number),
        claims={"programmeName": "Welding", "completionDate": "2025-06-30"},
        reference=_reference(number),
    ),
    issuing="issueCredential",
    looking=("getIssuance",),
    people=lambda simulator: [
        (one.attributes["fullName"], str(one.issuance.id)) for one in simulator.state.issuances.values()
    ],
    pointers=("", "/data", "/data/id", "/data/status", "/data/offerUri"),
)


# --- nChain ----------------------------------------------------------------------------------------------------------


def _nchain_client(simulator: Any, clock: WorldClock) -> Any:
    from credkit_nchain import NChain

    return NChain(api_key=simulator.key, environment_id="sandbox", transport=simulator, clock=clock, random=lambda: 0.5)


NCHAIN = Vendor(
    name="nchain",
    simulator=sandbox.nchain,
    adapter=lambda: NChainAdapter(
        batch_size=4,
        concurrency=2,
        correlation_id="nchain",
        organisation_profile_id="123e4567-e89b-12d3-a456-426614174000",
    ),
    client=_nchain_client,
    request=lambda number: IssueRequest(
        Template("exampleCredential", subject={"name": "fullName"}), _person(number), reference=_reference(number)
    ),
    issuing="createCredentialOffers",
    looking=(
        "createCredentialOfferCollection",
        "listCredentialOffers",
        "listCredentialOfferCollections",
        "getCredentialOfferClaimCode",
        "getCredentialOffer",
    ),
    people=lambda simulator: [
        (claim.claim_value, str(kept.offer.id))
        for kept in simulator.state.offers.values()
        for claim in kept.offer.claims
        if claim.claim_name == "fullName"
    ],
    pointers=("", "/credentialOffers", "/credentialOffers/0", "/credentialOffers/1/id", "/failedCredentialOffers"),
)

VENDORS = {vendor.name: vendor for vendor in (RECORD, BELTIC, DIDX, NCHAIN)}
