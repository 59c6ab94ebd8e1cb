"""TLS: certificates that are not accepted, and faults inside of an encrypted connection."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from credkit.runtime.errors import ConnectionFailed, DeadlineExceeded, OutcomeUnknown

from .calls import attempt, call
from .canary import exception_texts, leaks
from .catalogue import BY_NAME
from .catalogue.plays import answer_ok
from .cells import QUICK_DEADLINE, SLACK, SLOW_DEADLINE, TRANSPORTS, Driver, Transport
from .faults import Fault, Kind, Outcome
from .server import FaultServer

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl makes the certificates")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-made certificate: the server's side, and a client's side that trusts it."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext


def make_certificate(folder: Path, subject_alternative: str) -> Certificate:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    assert OPENSSL
    command = f"{OPENSSL} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=faults"
    files = ["-addext", f"subjectAltName={subject_alternative}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True, timeout=30)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return Certificate(server, ssl.create_default_context(cafile=str(certificate)))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"), "IP:127.0.0.1")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize("kind", Kind)
def test_a_trusted_server_is_talked_to(
    kind: Kind, driver: Driver, transport: Transport, certificate: Certificate
) -> None:
    with FaultServer([answer_ok], tls=certificate.server) as server:
        value = call(driver, server.url, kind, transport=transport, ssl_context=certificate.trusting)
        assert value.status == "issued"
        assert server.still_open() == 0


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
def test_an_unknown_authority_gets_no_byte_of_the_request(
    driver: Driver, transport: Transport, certificate: Certificate
) -> None:
    with FaultServer([answer_ok], tls=certificate.server) as server:
        error = attempt(driver, server.url, transport=transport, random=lambda: 0.0)
        assert server.requests == ()
    assert isinstance(error, ConnectionFailed)
    assert "certificate" in str(error)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
def test_a_certificate_of_another_name_gets_no_byte_of_the_request(
    driver: Driver, transport: Transport, tmp_path: Path
) -> None:
    other = make_certificate(tmp_path, "DNS:other.example")
    with FaultServer([answer_ok], tls=other.server) as server:
        error = attempt(driver, server.url, transport=transport, ssl_context=other.trusting, random=lambda: 0.0)
        assert server.requests == ()
    assert isinstance(error, ConnectionFailed)
    assert "certificate" in str(error)


BROKEN = ("reset", "close", "stall", "garbage")
PHASES = ("after-head", "after-request", "in-status-line", "in-headers", "in-body (length)", "before-end (chunked)")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize("action", BROKEN)
def test_a_write_that_breaks_off_inside_tls_is_sent_once_and_unknown(
    action: str, driver: Driver, transport: Transport, certificate: Certificate
) -> None:
    """In every phase, side by side. A stall that fails is measured once more, alone: it has 0.4 seconds for everything."""
    faults = [BY_NAME[f"{action} {phase}"] for phase in PHASES]
    assert {fault.expected(Kind.UNSAFE).outcome for fault in faults} == {Outcome.UNKNOWN}
    with ThreadPoolExecutor(len(faults)) as pool:
        found = list(pool.map(lambda fault: broken_promises(fault, driver, transport, certificate), faults))
    again = [
        broken_promises(fault, driver, transport, certificate) if lines and fault.slow else lines
        for fault, lines in zip(faults, found, strict=True)
    ]
    broken = [f"{fault.name}: {line}" for fault, lines in zip(faults, again, strict=True) for line in lines]
    assert not broken, "\n".join(["", *broken])


def broken_promises(fault: Fault, driver: Driver, transport: Transport, certificate: Certificate) -> list[str]:
    deadline = SLOW_DEADLINE if fault.slow else QUICK_DEADLINE
    with FaultServer([fault.play], tls=certificate.server) as server:
        began = time.monotonic()
        error = attempt(driver, server.url, transport=transport, ssl_context=certificate.trusting, timeout=deadline)
        elapsed = time.monotonic() - began
        found = [f"{server.attempts} attempts"] if server.attempts != 1 else []
        found += ["connections left open"] if server.still_open() else []
    if not isinstance(error, OutcomeUnknown) or isinstance(error, DeadlineExceeded) is not fault.slow:
        return [*found, f"raised {error!r}"]
    if elapsed > deadline + SLACK:
        found.append(f"took {elapsed:.3f} s of {deadline} s")
    return found + [f"{leak} in the {where}" for where, text in exception_texts(error) for leak in leaks(text)]
