"""No key, name, address or offer in any log, repr, error or traceback, whatever happens to a request."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest

import credkit
from credkit import Issued, IssueRequest, Organisation, Person, Rejected, Template, Unknown, sandbox
from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.runtime.testing.transport import StubTransport
from credkit.sandbox.vendors.nchain_state import EXAMPLE

from .conformance.cases import CASES, Case

NAME, EMAIL, CLAIM = "Quokka Wombatsdottir", "quokka.wombat@canary.example", "claim-value-platypus"
SUBJECT = "did:canary:bandicoot"
PEOPLE = (NAME, "Wombatsdottir", EMAIL, "quokka.wombat", CLAIM, SUBJECT)


def _request(case: Case) -> IssueRequest:
    """A request that is full of canaries."""
    subject: Any = Person(NAME, EMAIL, id=SUBJECT, attributes={"nickname": CLAIM})
    if case.name == "beltic":
        subject = Organisation(NAME, id=SUBJECT, email=EMAIL, attributes={"nickname": CLAIM})
        return IssueRequest("course", subject, claims={"note": CLAIM}, expires=timedelta(days=30), reference=EMAIL)
    claims: dict[str, dict[str, str]] = {
        "didx": {"programmeName": CLAIM, "completionDate": CLAIM},
        "nchain": {"note": CLAIM},
        "record": {},
    }
    return IssueRequest("course", subject, claims=claims[case.name], reference=EMAIL)


def _echoing(simulator: Any) -> StubTransport:
    """A vendor that repeats what it was sent in the words of its errors."""

    def handle(received: Received) -> Reply:
        reply: Reply = simulator.handle(received)
        if reply.status < 400 or not reply.content:
            return reply
        sent = unquote(received.target) + received.content.decode()
        words = " ".join(one for one in PEOPLE if one in sent) + " is not acceptable"
        body = f'{{"message": "{words}", "error": {{"message": "{words}", "code": "{EMAIL}"}}, "errors": [{{"detail": "{words}"}}]}}'
        return replace(reply, content=body.encode())

    return StubTransport(handle)


class Everything(logging.Handler):
    """Keeps what all loggers write, with every argument."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [self.format(record), repr(record.args), repr(record.__dict__)]


@pytest.fixture
def logged() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def _texts(value: Any, error: BaseException | None = None) -> Iterator[str]:
    """Everything that somebody would see of a value or an error."""
    if value is not None:
        yield from (repr(value), str(value), f"{value}", f"{value!r}")
    if error is not None:
        yield from (repr(error), str(error), repr(error.args))
        yield "".join(traceback.format_exception(error))


def _seen_of(result: Any) -> Iterator[str]:
    yield from _texts(result)
    match result:
        case Issued(credential=credential):
            yield from _texts(credential)
            yield from _texts(credential.offer)
        case Rejected(reason=reason) | Unknown(reason=reason):
            yield from _texts(reason, reason.error)
    if isinstance(result, Unknown):
        yield from _texts(result.ticket)
        yield result.ticket.to_json()


def _secrets(case: Case, simulator: Any) -> list[str]:
    """Keys, and whatever the vendor gave out that only its holder may have."""
    keys = [text for key in simulator.keys for text in (key.value, key.secret) if text and len(text) > 8]
    offers = [str(one.offer) for one in simulator.issued() if one.offer and case.name in ("didx", "nchain")]
    codes = [kept.code for kept in simulator.state.offers.values()] if case.name == "nchain" else []
    signed = []
    if case.name == "beltic":
        signed = [kept.credential.signed_payload for kept in simulator.state.credentials.values()]
    tokens = list(simulator.state.tokens) if case.name == "didx" else []
    return [*keys, *offers, *codes, *signed, *tokens]


FAULTS: dict[str, Callable[[Case], Any]] = {
    "nothing": lambda case: None,
    "lost": lambda case: sandbox.disconnect(case.operation, committed=True),
    "half": lambda case: sandbox.half_body(case.operation),
    "503": lambda case: sandbox.fail(case.operation, 503, committed=True),
    "400": lambda case: sandbox.fail(case.operation, 400, code=EMAIL),
    "429": lambda case: sandbox.fail(case.operation, 429, retry_after=3),
    "refused": lambda case: sandbox.refuse(case.operation),
    "another body": lambda case: sandbox.wrong_type(case.operation),
    "another id": lambda case: sandbox.wrong_type(case.operation, case.item_pointer),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_leaks(case: Case, fault: str, logged: Everything) -> None:
    simulator: Any = case.simulator()
    settings = case.settings(simulator)
    settings["templates"] = {"course": _template(case)}
    issuer: Any = credkit.connect(
        case.name, transport=_echoing(simulator), clock=simulator.client_clock, max_attempts=1, **settings
    )
    if (ordered := FAULTS[fault](case)) is not None:
        simulator.faults.add(ordered)
    request = _request(case)
    assert issuer.check(request) is None
    seen = [*_texts(request), *_texts(request.subject), *_texts(issuer), *_texts(issuer.adapter)]
    deliver = "email" if issuer.supports("email") else None
    result = issuer.issue([request], label="May 2025 Cohort", deliver=deliver)
    seen += [*_texts(result), *_seen_of(result[0])]
    if result.unknown:
        seen += _seen_of(issuer.reconcile(result.unknown[0]))
    if result.issued:
        seen += _after(issuer, result.issued[0].credential, request)
    seen += logged.lines
    text = "\n".join(seen)
    assert simulator.log
    if result.issued:  # ids are no secret to the generated clients; names and addresses are
        raw = "\n".join(_texts(result.issued[0].credential.raw))
        assert NAME not in raw
        assert EMAIL not in raw
    for canary in (*PEOPLE, *_secrets(case, simulator)):
        assert canary not in text, f"{canary[:12]}… leaked"


def _template(case: Case) -> Template:
    ids = {"record": "prog_1779172339924_j3pr93", "beltic": "business", "nchain": "exampleCredential"}
    ids["didx"] = "tpl_6421a8905c17830c188e2e2f"
    names = {} if case.name in ("record", "beltic") else {"name": "fullName"}
    return Template(ids[case.name], subject=names)


def _after(issuer: Any, credential: credkit.Credential, request: IssueRequest) -> Iterator[str]:
    """What else is done with a credential, well and badly."""
    calls: dict[str, Callable[[], object]] = {
        "get": lambda: issuer.get(credential),
        "list": lambda: list(issuer.list()),
        "deliver": lambda: issuer.deliver(credential, "email", to=request.subject),
        "revoke": lambda: issuer.revoke(credential, reason=CLAIM),
        "get nobody": lambda: issuer.get(replace(credential, id=str(EXAMPLE), batch_id=SUBJECT)),
        "cancel": lambda: issuer.cancel(credential),
        "event": lambda: issuer.parse_event({"x": EMAIL}, f'{{"eventType": "{NAME}", "id": "{EMAIL}"'.encode()),
    }
    for call in calls.values():
        try:
            yield from _texts(call())
        except (credkit.ApiError, credkit.WebhookError) as error:
            yield from _texts(None, error)


def test_the_canaries_would_be_found(logged: Everything) -> None:
    """The search itself: a value that is shown is found, and so is one in a log."""
    logging.getLogger("anywhere").debug("hello %s", EMAIL)
    assert EMAIL in "\n".join(logged.lines)
    assert EMAIL in "\n".join(_texts(EMAIL))
    assert NAME in "\n".join(_texts(None, ValueError(NAME)))


def test_errors_that_are_kept_hold_no_frames() -> None:
    """A result may live long; the frames of an error's traceback would keep everything that was sent."""
    for case in CASES:
        simulator: Any = case.simulator()
        issuer: Any = credkit.connect(case.name, transport=simulator, max_attempts=1, **case.settings(simulator))
        simulator.faults.add(sandbox.disconnect(case.operation, committed=True))
        simulator.faults.add(sandbox.fail(case.operation, 400))
        for result in (*issuer.issue([case.request(1)]), *issuer.issue([case.request(2)])):
            error: BaseException | None = result.reason.error
            assert error is not None
            while error is not None:
                assert error.__traceback__ is None
                error = error.__cause__ or error.__context__


def test_secrets_print_as_nothing() -> None:
    secret = credkit.Secret("openid-credential-offer://x")
    assert secret.reveal() == "openid-credential-offer://x"
    assert {str(secret), f"{secret}", f"{secret!s}"} == {"…"}
    assert repr(secret) == "Secret(…)"
    assert "openid" not in repr(credkit.Offer(secret)) + str([secret])
    assert secret == credkit.Secret("openid-credential-offer://x") != credkit.Secret("other")
    assert len({secret, credkit.Secret("openid-credential-offer://x")}) == 1
