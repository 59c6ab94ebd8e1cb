"""Over HTTP: the same behaviour, broken connections, webhooks, and the switches."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

import credkit.runtime.errors as errors
from credkit import sandbox
from credkit.sandbox.__main__ import main
from credkit.sandbox.server import Serving, serve
from credkit.sandbox.trying import PLAN_WITH
from credkit_beltic import Beltic
from credkit_didx import Didx
from credkit_nchain import NChain
from credkit_record import Record, models

pytestmark = pytest.mark.timeout(60)

PROGRAM = "prog_1779172339924_j3pr93"


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with serve() as one:
        yield one


@pytest.fixture(autouse=True)
def _fresh(serving: Serving) -> None:
    serving.hub.reset()


@pytest.fixture
def record(serving: Serving) -> Iterator[Record]:
    key = serving.hub["record"].key
    with Record(token=key, base_url=serving.base_url("record"), timeout=10) as client:
        yield client


def issue(client: Record) -> models.CredentialBatch:
    recipients = [models.RecipientInput(name="Alice", email="alice@example.com")]
    return client.credentials.issue(program_id=PROGRAM, batch_name="May", recipients=recipients)


def control(serving: Serving, path: str, body: Mapping[str, object] | None = None) -> httpx.Response:
    return httpx.post(f"{serving.page_url}{path}", json=body or {}, trust_env=False)


def test_clients_come_over_http_to_the_vendors_own_paths(serving: Serving, record: Record) -> None:
    assert record.credentials.get(issue(record).batch_id).batch_name == "May"
    with Beltic(api_key=serving.hub["beltic"].key, base_url=serving.base_url("beltic")) as beltic:
        assert beltic.credentials.list().items == []
        assert beltic.well_known.did_document().id == "did:web:beltic.com", "at the root of the host"
    with Didx(client_id="sandbox", client_secret="sandbox-secret", base_url=serving.base_url("didx")) as didx:
        assert didx.credential_templates.list(), "with a token from the same host"
    nchain_url = serving.base_url("nchain")
    with NChain(api_key=serving.hub["nchain"].key, environment_id="sandbox", base_url=nchain_url) as nchain:
        assert [offer.email for offer in nchain.credential_offers.list_all(limit=1)] == ["user@example.com"]
        assert nchain.presentation_definitions.list_templates().templates, "the verifier's own path"


@pytest.mark.parametrize("committed", [False, True])
def test_connections_break_before_and_after_the_vendor_acts(serving: Serving, record: Record, committed: bool) -> None:
    before = len(record.credentials.list())
    serving.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=committed))
    with pytest.raises(errors.OutcomeUnknown):
        issue(record)
    assert len(record.credentials.list()) == before + committed


def test_half_a_body_and_a_delay(serving: Serving, record: Record) -> None:
    serving.hub["record"].faults.add(sandbox.half_body("issueCredentials"))
    with pytest.raises(errors.OutcomeUnknown):
        issue(record)
    serving.hub["record"].faults.add(sandbox.delay("listPrograms", 0.3))
    start = time.monotonic()
    assert len(record.programs.list()) == 2
    assert time.monotonic() - start >= 0.3


def test_faults_by_the_control_interface(serving: Serving) -> None:
    assert control(serving, "record/faults", {"kind": "status", "status": 429, "retry_after": 7}).status_code == 200
    answer = httpx.get(f"{serving.base_url('record')}/programs", trust_env=False)
    assert (answer.status_code, answer.headers["retry-after"], answer.headers["x-credkit-sandbox"]) == (
        429,
        "7",
        "fault",
    )
    for wrong in (
        {},
        {"kind": "earthquake"},
        {"kind": "status", "times": "many"},
        {"kind": "status", "retry_after": "1\r\nx: y"},
        {"kind": "status", "op": "issueCredentials"},
        {"kind": "status", "operation": "issueCredential"},
    ):
        assert control(serving, "record/faults", wrong).status_code == 400, wrong
    assert "a fault has no 'op'; it has kind, operation" in control(serving, "record/faults", {"op": "x"}).text
    assert control(serving, "nobody/faults", {"kind": "status"}).status_code == 404


def test_clock_snapshots_and_actions_by_the_control_interface(serving: Serving) -> None:
    offer = "iss_cm7d9cq5600pwk3zq3kmpg8uc"

    def status() -> object:
        state = httpx.get(f"{serving.page_url}state", trust_env=False).json()
        return next(one["status"] for one in state["vendors"]["didx"]["issued"] if one["id"] == offer)

    assert control(serving, "snapshot", {"name": "start"}).status_code == 200
    assert control(serving, "didx/act", {"action": "accept", "id": offer}).status_code == 200
    assert status() == "completed"
    assert control(serving, "didx/act", {"action": "accept", "id": offer}).status_code == 400
    assert control(serving, "didx/act", {"action": "reset", "id": offer}).status_code == 400, "only what people do"
    assert control(serving, "restore", {"name": "start"}).status_code == 200
    assert status() == "offered"
    assert control(serving, "clock", {"days": 31}).status_code == 200
    assert status() == "expired"
    assert control(serving, "restore", {"name": "none"}).status_code == 400
    assert control(serving, "clock", {"days": -1}).status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("didx/act", {}, "there is no action; there are accept"),
        ("didx/act", {"action": "dance", "id": "x"}, "there is no action 'dance'; there are accept"),
        ("didx/act", {"action": ["accept"], "id": "x"}, "there is no action"),
        ("didx/act", {"action": "accept", "id": "nobody"}, "there is nothing to act on with the id 'nobody'"),
        ("didx/act", {"action": "accept"}, "the id is missing"),
        ("didx/act", {"action": "accept", "ID": "x"}, "no member 'ID'; it takes action, id"),
        ("clock", {"hours": 2}, "no member 'hours'; it takes seconds, days"),
        ("clock", {}, "say seconds or days"),
        ("clock", {"seconds": 1e300}, "too far"),
        ("clock", {"seconds": "soon"}, "could not convert"),
        ("clock", {"seconds": [1]}, "seconds and days are numbers"),
        ("reset", {"vendor": "didx"}, "no member 'vendor'; it takes none"),
        ("restore", {"name": "none"}, "nothing was kept as 'none'"),
    ],
)
def test_a_switch_says_what_it_takes(serving: Serving, path: str, body: dict[str, object], said: str) -> None:
    before = httpx.get(f"{serving.page_url}state", trust_env=False).json()["now"]
    answer = control(serving, path, body)
    assert answer.status_code == 400
    assert said in answer.json()["note"]
    assert httpx.get(f"{serving.page_url}state", trust_env=False).json()["now"] == before


def test_webhooks_arrive_at_a_url(serving: Serving) -> None:
    got: list[tuple[str, bytes]] = []
    done = threading.Event()

    class App(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.headers["webhook-id"], self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(500 if len(got) == 1 else 204)
            self.end_headers()
            if len(got) == 2:
                done.set()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), App)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        with Didx(client_id="sandbox", client_secret="sandbox-secret", base_url=serving.base_url("didx")) as client:
            url = f"http://127.0.0.1:{server.server_address[1]}/events"
            client.webhook_endpoints.create(url=url, filter_types=["openid4vc.issuance.completed"])
        control(serving, "didx/act", {"action": "accept", "id": "iss_cm7d9cq5600pwk3zq3kmpg8uc"})
        limit = time.monotonic() + 10
        while not serving.hub["didx"].outbox.deliveries[0].attempts and time.monotonic() < limit:
            time.sleep(0.02)
        control(serving, "clock", {"seconds": 5})
        assert done.wait(10), "the second attempt did not come"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
    assert got[0] == got[1], "the same event with the same id"
    assert json.loads(got[0][1])["payload"] == {"openId4VcIssuanceId": "iss_cm7d9cq5600pwk3zq3kmpg8uc"}


def test_other_sites_cannot_use_the_switches(serving: Serving) -> None:
    reset = f"{serving.page_url}reset"
    for headers in (
        {"origin": "https://elsewhere.example"},
        {"host": "elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ):
        assert httpx.post(reset, headers=headers, trust_env=False).status_code == 403, headers


def test_a_body_that_is_too_large(serving: Serving) -> None:
    url = f"{serving.base_url('record')}/credentials"
    assert httpx.post(url, content=bytes(33 * 1024 * 1024), trust_env=False).status_code == 413


def test_a_taken_port_is_said(serving: Serving) -> None:
    port = int(serving.page_url.rstrip("/").rpartition(":")[2])
    command = [sys.executable, "-m", "credkit.sandbox", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(port) in done.stderr
    assert (
        f"help: a sandbox that runs already has them; a second one: python -m credkit.sandbox --port {port + 10}"
        in done.stderr
    )


@pytest.mark.parametrize("port", ["70000", "65533", "-1", "x"])
def test_a_port_that_is_none_is_said(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--port", port])
    assert caught.value.code == 2
    assert f"argument --port: expected a number from 0 to 65531; got '{port}'" in capsys.readouterr().err


def test_the_command_starts_within_a_second_and_prints_what_is_needed() -> None:
    """A second of work: how long that takes depends on what else the machine does."""
    before = _work_of_children()
    command = [sys.executable, "-m", "credkit.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        try:
            while not lines or not lines[-1].startswith("Open "):
                lines.append(process.stdout.readline())
                assert lines[-1], "it ended"
            urls = [word for word in "".join(lines).split() if word.startswith("http://")]
            assert [httpx.get(url, trust_env=False).status_code for url in urls] == [404, 404, 404, 404, 200]
            for _ in range(2):  # applications that try it go by their own clocks
                told = httpx.get(f"{urls[-1]}state", trust_env=False).json()["now"]
                assert abs(datetime.fromisoformat(told) - datetime.now(UTC)) < timedelta(seconds=30)
                httpx.post(f"{urls[-1]}reset", json={}, trust_env=False).raise_for_status()
        finally:
            process.terminate()
            process.wait(10)
    assert process.returncode == 0
    ids = [value for needed in PLAN_WITH.values() for pair in needed.items() for value in pair]
    for word in (*ids, "sk_test_sandbox", "sk_staging_sandbox", "sandbox-secret", "nchain-sandbox-admin"):
        assert word in "".join(lines)
    assert _work_of_children() - before < 1.0


def _work_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
