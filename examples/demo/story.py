"""What happens in the demo, chapter by chapter. Each returns its steps."""

from __future__ import annotations

import io
from typing import Any

import segno

import credkit
from credkit import Credential, Issued, Rejected, Unknown, sandbox
from credkit.sandbox.server import Serving

from .cohort import COHORT, TITLES, connect, requests
from .steps import Step

LABEL = "May 2025 Cohort"
OPERATIONS = {"record": "issueCredentials", "nchain": "createCredentialOffers"}


def one_cohort_four_vendors(serving: Serving) -> list[Step]:
    """The same requests through every vendor; each gives what it has."""
    steps = []
    for vendor, title in TITLES.items():
        with connect(vendor, serving) as issuer:
            result = issuer.issue(requests(vendor), label=LABEL)
        answers = [f"{one.request.subject.name}: {what_came(one)}" for one in result]
        did = f"{title}: {len(result.issued)} issued, {len(result.rejected)} rejected, {len(result.unknown)} unknown"
        steps.append(
            Step(did=did, call=f"credkit.connect({vendor!r}).issue(requests, label=…)", answer="\n".join(answers))
        )
    return steps


def what_came(result: credkit.Result) -> str:
    """One result in a few words. The whole story of error handling is these three cases."""
    match result:
        case Issued(credential=credential):
            return what_it_is(credential)
        case Rejected(reason=reason):
            return f"rejected, {reason.code}: certainly nothing was issued"
        case Unknown(reason=reason):
            return f"unknown, {reason.code}: never sent again before it is settled"


def what_it_is(credential: Credential) -> str:
    if credential.url:
        return credential.url
    if credential.offer:
        return f"an offer, {credential.offer.uri}"
    return f"a signed credential, {credential.signed}"


def the_answer_is_lost(serving: Serving) -> list[Step]:
    """Record issues, and the connection breaks before it says so."""
    simulator = serving.hub["record"]
    with connect("record", serving) as issuer:
        simulator.faults.add(sandbox.disconnect(OPERATIONS["record"], committed=True))
        before = sends(simulator, "record")
        result = issuer.issue(requests("record"), label="Lost Cohort")
        ticket = result.unknown[0].ticket
        settled = issuer.reconcile(result.unknown)
        tries = sends(simulator, "record") - before
    return [
        Step(
            did="Issued, and the connection broke before the answer came",
            call="result = issuer.issue(requests, label='Lost Cohort')",
            answer=f"{result}\nticket: token {ticket.token}, sent once",
        ),
        Step(
            did="Looked for the token in the vendor's list of batches, and who is in that batch",
            call="issuer.reconcile(result.unknown)",
            answer="\n".join(what_came(one) for one in settled),
        ),
        Step(
            did="Counted at the vendor",
            call="(requests to issue; batches that carry the token)",
            answer=f"{tries} request, {batches(simulator, ticket.token)} batch: nobody has two",
        ),
    ]


def the_request_is_lost(serving: Serving) -> list[Step]:
    """nChain never gets to it. Only when no answer can be under way any more may the request be sent again."""
    simulator = serving.hub["nchain"]
    with connect("nchain", serving) as issuer:
        simulator.faults.add(sandbox.disconnect(OPERATIONS["nchain"], committed=False))
        (lost,) = issuer.issue(requests("nchain", COHORT[:1]), label="Lost Request").unknown
        early = issuer.reconcile(lost)
        serving.hub.advance(issuer.adapter.settle_after.total_seconds())
        late = issuer.reconcile(lost)
        again = issuer.issue([late.request])
    return [
        Step(did="Lost the connection before nChain acted", call="issuer.issue([request])", answer=what_came(lost)),
        Step(did="Looked at once", call="issuer.reconcile(unknown)", answer=what_came(early)),
        Step(did="Looked ten minutes later", call="issuer.reconcile(unknown)", answer=what_came(late)),
        Step(did="Sent it again, now that it is safe", call="issuer.issue([request])", answer=what_came(again[0])),
    ]


def an_offer_is_accepted(serving: Serving) -> tuple[list[Step], str]:
    """DIDX: an offer, its QR code, and what the holder makes of it. Also returns the drawing."""
    simulator = serving.hub["didx"]
    with connect("didx", serving) as issuer:
        credential = issuer.issue(requests("didx", COHORT[2:])).issued[0].credential
        simulator.act("accept", credential.id)
        body = b'{"eventType": "openid4vc.issuance.completed", "payload": {"openId4VcIssuanceId": "%s"}}'
        event = issuer.parse_event({"webhook-id": "msg_1"}, body % credential.id.encode())
        accepted = issuer.get(event.credential_id or "")
        assert credential.offer is not None
        drawing = qr_code((credential.offer.qr_uri or credential.offer.uri).reveal())
    return [
        Step(
            did="Made an offer; its URI is a secret and prints as nothing",
            call="credential.offer, credential.offer.qr()",
            answer=f"{credential.offer}, drawn below",
        ),
        Step(
            did="The holder accepted; the vendor told us",
            call="issuer.parse_event(headers, body)",
            answer=f"{event.kind} (verified={event.verified}: DIDX does not sign, so read it back)",
        ),
        Step(did="Read it back", call="issuer.get(event.credential_id)", answer=f"{accepted.status}"),
    ], drawing


def a_credential_is_revoked(serving: Serving) -> list[Step]:
    """Beltic revokes; Record cannot, and says what to do instead."""
    with connect("beltic", serving) as beltic, connect("record", serving) as record:
        credential = beltic.issue(requests("beltic", COHORT[:1])).issued[0].credential
        revoked = beltic.revoke(credential, reason="user_request")
        again = beltic.revoke(credential)
        refusal = "it can"
        try:
            record.require("revoke")
        except credkit.UnsupportedByVendor as error:
            refusal = str(error)
    return [
        Step(did="Beltic: revoked", call="beltic.revoke(credential, reason=…)", answer=f"{revoked.status}"),
        Step(
            did="Beltic: revoked again, which is no error", call="beltic.revoke(credential)", answer=f"{again.status}"
        ),
        Step(did="Record: asked before it is needed", call="record.require('revoke')", answer=refusal),
    ]


def sends(simulator: Any, vendor: str) -> int:
    """How many requests to issue came to a vendor."""
    return sum(entry.operation == OPERATIONS[vendor] for entry in simulator.log)


def batches(simulator: Any, token: str) -> int:
    return sum(token in batch.batch_name for _, batch in simulator.state.batches.values())


def qr_code(uri: str) -> str:
    """A QR code in half-height characters, for a terminal; `Offer.qr` draws an SVG."""
    drawing = io.StringIO()
    segno.make_qr(uri).terminal(drawing, compact=True, border=2)
    return drawing.getvalue()
