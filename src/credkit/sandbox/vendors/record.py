"""Record: programmes, and batches that issue to every recipient at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from credkit_record import credentials, models, programs
from credkit_record.client import API, AsyncRecord, Record

from ..answers import Answer, Key, Problem, Refusal
from ..call import Call
from ..clock import epoch_ms
from ..simulator import Issued, Simulator, default_base, on

ORGANISATION = "org_1779085658651_hmhfv5"
_OTHER = "org_1779085658652_sandbx"


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation's data in one environment; nobody sees another's."""

    organisation: str
    mode: str


@dataclass(slots=True)
class RecordState:
    """Records are the generated models; they are replaced, never changed."""

    programs: dict[str, tuple[Owner, models.Program]] = field(default_factory=dict)
    batches: dict[str, tuple[Owner, models.CredentialBatch]] = field(default_factory=dict)


class RecordSimulator(Simulator[RecordState]):
    """Record. A batch issues at once; there is no revocation, and a repeated call issues again."""

    name: ClassVar[str] = "record"
    title: ClassVar[str] = "Record"
    api = API
    base: ClassVar[str] = default_base(API)
    keys: ClassVar[tuple[Key, ...]] = (
        Key("test", "sk_test_sandbox", ORGANISATION, "test"),
        Key("live", "sk_live_sandbox", ORGANISATION, "live"),
        Key("another organisation", "sk_test_other", _OTHER, "test"),
        Key("no organisation", "sk_test_nobody", None, "test"),
    )

    @property
    def client(self) -> Record:
        """A client whose calls come here."""
        return Record(token=self.key, transport=self)

    @property
    def async_client(self) -> AsyncRecord:
        """An async client whose calls come here."""
        return AsyncRecord(token=self.key, transport=self)

    def new_state(self) -> RecordState:
        state = RecordState()
        live = Owner(ORGANISATION, "live")
        for program_id, name, moment in _PROGRAMS:
            for owner, id_ in ((_TEST, program_id), (live, program_id.replace("prog_", "prog_live_"))):
                state.programs[id_] = (owner, _program(id_, name, owner, moment))
        other = Owner(_OTHER, "test")
        state.programs["prog_other"] = (other, _program("prog_other", "Welding", other, _PROGRAMS[0][2]))
        state.batches[_BATCH.batch_id] = (_TEST, _BATCH)
        return state

    # --- operations ----------------------------------------------------------------------------------------------

    @on(programs.LIST)
    def list_programs(self, call: Call) -> Answer:
        mine = [program for owner, program in self.state.programs.values() if owner == _owner(call)]
        return _success(models.ProgramListResponse, "Programs fetched successfully", mine)

    @on(programs.GET)
    def get_program(self, call: Call) -> Answer:
        return _success(
            models.ProgramResponse, "Program fetched successfully", self._program(call, call.path["programId"])
        )

    @on(credentials.LIST)
    def list_batches(self, call: Call) -> Answer:
        kept = reversed(self.state.batches.values())  # newest first, as the page's example of programmes is
        mine = [_summary(batch) for owner, batch in kept if owner == _owner(call)]
        return _success(models.CredentialBatchListResponse, "Credential batches fetched successfully", mine)

    @on(credentials.GET)
    def get_batch(self, call: Call) -> Answer:
        owner, batch = self.state.batches.get(call.path["batchId"], (None, None))
        if batch is None or owner != _owner(call):
            raise Refusal(404, "NOT_FOUND", "Credential batch not found")
        return _success(models.CredentialBatchResponse, "Credential batch fetched successfully", batch)

    @on(credentials.ISSUE)
    def issue(self, call: Call) -> Answer:
        for member, code in _REQUIRED:
            if not call.json.get(member):
                raise Refusal(400, code, f"{member} is required", pointer=f"/{member}")
        self._program(call, call.json["programId"])
        request, owner, now = call.body(models.IssueCredentialsRequest), _owner(call), self.now()
        batch = models.CredentialBatch(
            batch_id=self._id("batch"),
            program_id=request.program_id,
            batch_name=request.batch_name,
            org_id=owner.organisation,
            mode=owner.mode,
            status="issued",
            recipients=[self._recipient(recipient) for recipient in request.recipients],
            issued_at=now,
        )
        self.state.batches[batch.batch_id] = (owner, batch)
        self.note(batch.batch_id, "issued")
        return _success(models.CredentialBatchResponse, "Credentials issued successfully", batch)

    # --- the vendor's ways ---------------------------------------------------------------------------------------

    def error_body(self, refusal: Refusal) -> object:
        body = models.ErrorBody(success=False, message=refusal.message)
        if refusal.code is not None:
            body = models.ErrorBody(success=False, message=refusal.message, code=refusal.code)
        if not refusal.problems:
            return body
        problems = [{"in": one.where, "pointer": one.pointer, "reason": one.reason} for one in refusal.problems]
        return body.model_copy(update={"error": {"problems": problems}})

    def improper(self, problems: list[Problem]) -> Refusal:
        return Refusal(400, None, "the request is not one that is documented", problems=tuple(problems))

    def unauthorised(self, missing: bool) -> Refusal:
        return Refusal(401, "UNAUTHORIZED", "Token is missing" if missing else "Token is invalid")

    def forbidden(self) -> Refusal:
        return Refusal(403, "FORBIDDEN", "Organisation not found")

    def issued(self) -> list[Issued]:
        found = []
        for _, batch in reversed(self.state.batches.values()):
            to = ", ".join(recipient.name for recipient in batch.recipients[:5])
            more = f" and {len(batch.recipients) - 5} more" if len(batch.recipients) > 5 else ""
            what = f"{batch.batch_name} ({batch.mode})"
            life = self.lives.get(batch.batch_id, ())
            offer = batch.recipients[0].credential_url if batch.recipients else None
            found.append(Issued(batch.batch_id, what, to + more, batch.status, life, offer))
        return found

    def _program(self, call: Call, id_: Any) -> models.Program:
        owner, program = self.state.programs.get(id_, (None, None))
        if program is None or owner != _owner(call):
            raise Refusal(404, "NOT_FOUND", "Program not found")
        return program

    def _recipient(self, recipient: models.RecipientInput) -> models.Recipient:
        id_ = self._id("rec")
        url = f"https://app.getrecord.in/credential/{id_}"
        return models.Recipient(recipient_id=id_, name=recipient.name, email=recipient.email, credential_url=url)

    def _id(self, prefix: str) -> str:
        return f"{prefix}_{epoch_ms(self.now())}_{self.ids.base36(6)}"


_REQUIRED = (
    ("programId", "MISSING_PROGRAM_ID"),
    ("batchName", "MISSING_BATCH_NAME"),
    ("recipients", "MISSING_RECIPIENTS"),
)
_TEST = Owner(ORGANISATION, "test")
_PROGRAMS = (
    ("prog_1779175802952_zlymqs", "Cyber Security", datetime(2025, 5, 19, 13, 30, 2, 952000, UTC)),
    ("prog_1779172339924_j3pr93", "MongoDB", datetime(2025, 5, 19, 12, 12, 19, 924000, UTC)),
)
_BATCH = models.CredentialBatch(
    batch_id="batch_1779353381048_e3ixqz",
    program_id="prog_1779172339924_j3pr93",
    batch_name="May 2025 Cohort",
    org_id=ORGANISATION,
    mode="test",
    status="issued",
    recipients=[
        models.Recipient(
            recipient_id=id_,
            name=name,
            email=f"{name.partition(' ')[0].lower()}@example.com",
            credential_url=f"https://app.getrecord.in/credential/{id_}",
        )
        for id_, name in (("rec_1779353381048_ab12cd", "Alice Johnson"), ("rec_1779353381049_ef34gh", "Bob Smith"))
    ],
    issued_at=datetime(2025, 5, 21, 8, 9, 41, 48000, UTC),
)


def _owner(call: Call) -> Owner:
    assert call.key is not None
    return Owner(call.organisation, call.key.mode)


def _program(id_: str, name: str, owner: Owner, moment: datetime) -> models.Program:
    return models.Program(
        program_id=id_,
        name=name,
        description=f"{name} Program",
        org_id=owner.organisation,
        mode=owner.mode,
        created_at=moment,
        updated_at=moment,
    )


def _summary(batch: models.CredentialBatch) -> models.CredentialBatchSummary:
    return models.CredentialBatchSummary(
        batch_id=batch.batch_id,
        program_id=batch.program_id,
        batch_name=batch.batch_name,
        org_id=batch.org_id,
        mode=batch.mode,
        status=batch.status,
        recipient_count=len(batch.recipients),
        issued_at=batch.issued_at,
    )


def _success(envelope: Any, message: str, data: object) -> Answer:
    return Answer(200, envelope(success=True, message=message, data=data))
