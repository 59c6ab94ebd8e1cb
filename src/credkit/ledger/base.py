"""What a ledger is: a small interface, and the records that go through it.

The ledger remembers *intents*: one credential for one subject from one template of one vendor account. An intent is known by its
**fence**, a keyed hash, and stands in one state:

    (absent) ──claim──▶ sending ──settle──▶ issued | rejected | unknown
    rejected ──claim──▶ sending            certainly no credential exists, so it may be tried again
    unknown, sending ──settle, decide──▶ issued | rejected | unknown
    issued, rejected ──take_back──▶ unknown    only what a person has decided

`claim` commits before anything is sent; it is granted to one caller only, whichever thread, process or machine asks. `settle` writes
what came of it, and only for rows that still belong to that attempt. What calls itself a ledger keeps these two promises across
crashes; everything else is book-keeping. All calls block; flows wrap them in `Blocking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol


class State(StrEnum):
    """How an intent stands."""

    SENDING = "sending"
    UNKNOWN = "unknown"
    ISSUED = "issued"
    REJECTED = "rejected"

    @property
    def settled(self) -> bool:
        return self in (State.ISSUED, State.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One send, of one intent or of a batch.

    Attributes:
        token: unguessable and unique; the vendor is given it where it has a place for it.
        label: of the batch, as the application gave it.
        settles_at: from then on no answer can be under way any more, and others may reconcile it.
    """

    token: str
    account: str
    operation: str
    sent_at: datetime
    settles_at: datetime
    label: str = ""
    cohort: str | None = None


# One of each of these three is made for every credential: named tuples, which take a quarter of the time that frozen dataclasses take.


class Intent(NamedTuple):
    """What is claimed.

    Attributes:
        template: the vendor's id of it.
        reference: the application's key; kept for people to read, unless it looks like an e-mail address.
    """

    fence: bytes
    template: str
    reference: str | None = None


class Kept(NamedTuple):
    """What is kept of a credential. No offer: that is a bearer's secret, and the vendor has it."""

    id: str
    status: str = "issued"
    batch_id: str | None = None
    url: str | None = None
    delivery: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None


class Outcome(NamedTuple):
    """What came of an intent: `issued` with a credential, `rejected` with a code, or `unknown` with a ticket (JSON)."""

    fence: bytes
    state: State
    credential: Kept | None = None
    code: str | None = None
    retryable: bool = False
    ticket: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An intent as it stands in the ledger.

    Attributes:
        position, count: its place in the attempt and how many were sent in it.
        credential: None unless issued; its `id` is empty when it was erased.
        code: of a rejection; `retryable` says whether the same may succeed later.
        row: grows with every new intent; to page with.
    """

    row: int
    fence: bytes
    account: str
    template: str
    state: State
    token: str
    operation: str
    sent_at: datetime
    settles_at: datetime
    position: int
    count: int
    label: str = ""
    reference: str | None = None
    credential: Kept | None = None
    code: str | None = None
    retryable: bool = False
    ticket: str | None = None
    cohort: str | None = None
    changed_at: datetime
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A file of people that is issued to together. `source` is the digest of the file; `columns` is the caller's own note (JSON)."""

    name: str
    account: str
    template: str
    label: str
    source: str
    columns: str = "{}"
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that was settled, or noticed, outside of the ordinary way: by a person, or a late answer to a settled intent."""

    fence: bytes
    at: datetime
    by: str
    why: str
    state: State
    credential_id: str | None = None


class Ledger(Protocol):
    """Everything that issuing and cohorts ask of a ledger. Safe for threads; several may work on the same store."""

    @property
    def id(self) -> str:
        """Tells this ledger from others: the same whenever it is opened with its key, and nothing that has to be kept secret."""
        ...

    def account(self, vendor: str, mode: str | None, identity: str, name: str | None = None) -> str:
        """The account's name in this ledger, for example `record:test:default`.

        Args:
            identity: what tells this API key from others; only its keyed hash is kept.
            name: the application's name for the account: needed when a key is new and the vendor has an account here already,
                because a rotated key has to meet the old fences and another organisation's key must not.

        Raises:
            UnknownAccount: the key is new, there is an account for this vendor and mode, and no name was given.
        """
        ...

    def fence(self, account: str, template: str, reference: str | None, subject: object) -> bytes:
        """The fence of an intent, 24 letters of ASCII; no I/O. `subject`: anything of plain values; looked at only without a reference."""
        ...

    def claim(self, attempt: Attempt, intents: Sequence[Intent]) -> list[Entry | None]:
        """Claim intents for one send; durable when it returns. None: granted. An entry: how it stands, and it may not be sent.

        The granted ones have the positions 0, 1, … in their order.

        Raises:
            CohortConflict: the attempt's cohort is of another account or template than the intents. Nothing was written.
        """
        ...

    def settle(self, token: str, outcomes: Sequence[Outcome]) -> list[bool]:
        """Write what came of an attempt, in one transaction. False: the intent stands as it did, because it had been settled otherwise in
        the meantime, or because the credential is another intent's of this account, erased or not, or is said to be that of two. A
        credential that comes to what was settled otherwise is kept as a `Decision` by "late answer", for somebody to look at.
        """
        ...

    def settle_and_claim(
        self, token: str, outcomes: Sequence[Outcome], attempt: Attempt, intents: Sequence[Intent]
    ) -> bool:
        """Settle one attempt and claim another in one transaction, where all is settled as it is said and all is granted; durable when
        it returns True. False: nothing was written, and each by itself says how things stand. A ledger need not be able to do this.
        """
        ...

    def decide(self, fence: bytes, *, issued: Kept | None, by: str, why: str) -> Entry:
        """A person settles an unsettled intent: `issued` is what there is, None means that there is nothing.

        Raises:
            NotUnsettled: it is settled already, may still be under way, or the credential is another intent's.
        """
        ...

    def take_back(self, fence: bytes, *, by: str, why: str) -> Entry:
        """A person takes back what a person has decided: the intent is unknown again, and is looked up like any other.

        Raises:
            NotUnsettled: how it stands is nobody's decision, or it was sent again since.
        """
        ...

    def refresh(self, account: str, credential: Kept) -> bool:
        """Write what is new of an issued credential (revoked, delivered): what is None, or a status that is not known, stays as it was, and so does
        one that is final (revoked, cancelled). False when no intent here has it, or its id was erased."""
        ...

    def refresh_all(self, account: str, credentials: Sequence[Kept]) -> list[bool]:
        """The same for several, in one transaction."""
        ...

    def lookup(self, fences: Sequence[bytes]) -> Mapping[bytes, Entry]:
        """How intents stand; absent ones are left out."""
        ...

    def has_credential(self, account: str, credential_id: str) -> bool:
        """Whether a credential of the vendor belongs to an intent here, also to one that was erased."""
        ...

    def newest(self, account: str) -> Kept | None:
        """What was issued last in an account among what has a batch at the vendor; None where there is nothing, or it was erased."""
        ...

    def find(self, reference: str) -> list[Entry]:
        """The intents with this reference, in all accounts and templates; also those that were erased."""
        ...

    def unsettled(self, account: str | None = None, cohort: str | None = None) -> Iterator[Entry]:
        """Every intent in `sending` or `unknown`, the oldest first; read in pages."""
        ...

    def decisions(self, fence: bytes | None = None) -> list[Decision]: ...

    def erase(self, reference: str) -> int:
        """Remove what is kept of a person and keep the fence, and a keyed hash of the credential's id, so that nobody else's intent
        takes the credential; returns how many intents it was."""
        ...

    def erase_fences(self, fences: Sequence[bytes]) -> int:
        """The same for intents without a reference."""
        ...

    def create_cohort(
        self, name: str, *, account: str, template: str, label: str, source: str, columns: str = "{}"
    ) -> Cohort:
        """Make a cohort, or return the one of that name.

        Raises:
            CohortConflict: there is one of that name with another account, template or source.
        """
        ...

    def drop_cohort(self, name: str) -> bool:
        """Forget a cohort that was only planned. False: there is none of that name, or an intent belongs to it, and it stays."""
        ...

    def cohorts(self) -> list[Cohort]: ...

    def cohort_counts(self, name: str) -> Mapping[State, int]:
        """How many of its intents stand where; what was never claimed is not among them."""
        ...

    def cohort_revoked(self, name: str) -> int:
        """How many of its issued credentials were revoked since, or taken back before anybody claimed them."""
        ...

    def close(self) -> None: ...
