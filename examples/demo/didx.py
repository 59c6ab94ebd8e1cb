"""DIDX me-creds: an offer with its QR code, and the webhook that follows."""

from __future__ import annotations

import io
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import segno

from credkit.runtime.webhooks import WebhookEvent
from credkit_didx import Didx, models, webhooks
from credkit_didx.testing import DidxStub

from .steps import Step

ATTRIBUTES = {
    "programmeName": "Umuzi Web Development Programme",
    "completionDate": "2025-03-15",
    "fullName": "Thandi Molefe",
    "skillsCovered": "HTML, CSS, JavaScript, React, Node.js",
    "assessmentScore": "87",
}


def play() -> tuple[list[Step], str]:
    """Issue an offer, draw it as a QR code, and take the event that the vendor sends. Also returns the drawing."""
    stub = DidxStub()
    with (
        stub.serve() as server,
        Didx(client_id="demo", client_secret="demo", base_url=server.base_url) as didx,
    ):
        issuance = didx.issuances.issue(
            credential_template_id=models.CredentialTemplateId("tpl_6421a8905c17830c188e2e2f"), attributes=ATTRIBUTES
        )
    event = deliver(
        b'{"eventType":"openid4vc.issuance.completed","payload":{"openId4VcIssuanceId":"%s"}}' % issuance.id.encode()
    )
    steps = [
        Step(
            did=f"Fetched {len(stub.tokens.create.calls)} access token and made an offer to Thandi Molefe",
            call="didx.issuances.issue(credential_template_id=…, attributes={…})",
            answer=f"{issuance.id}, {issuance.status}; the QR code below holds the offer",
        ),
        Step(
            did="Received the webhook that says how it ended",
            call="credkit_didx.webhooks.parse(headers, body)",
            answer=f"{event.name} (verified={event.verified}: the vendor does not sign)",
        ),
    ]
    return steps, qr_code(str(issuance.offer_qr_uri))


def qr_code(uri: str) -> str:
    """A QR code in half-height characters."""
    drawing = io.StringIO()
    segno.make_qr(uri).terminal(drawing, compact=True, border=2)
    return drawing.getvalue()


def deliver(body: bytes) -> WebhookEvent[webhooks.Event]:
    """Send a webhook as the vendor would, over HTTP, to an application that listens on this machine."""
    received: list[WebhookEvent[webhooks.Event]] = []

    class Application(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(webhooks.parse(dict(self.headers), content))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the demo prints its own table."""

    with HTTPServer(("127.0.0.1", 0), Application) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        headers = {"Content-Type": "application/json", "webhook-id": "evt_demo_1"}
        request = urllib.request.Request(f"http://127.0.0.1:{server.server_port}/events", body, headers)
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
        thread.join(timeout=5)
    return received[0]
