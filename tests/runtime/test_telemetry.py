"""Logging is silent until somebody listens; spans appear where an application traces."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from credkit.runtime import Content, Operation, Retry
from credkit.runtime.errors import ApiError
from credkit.runtime.http.failures import quiet, silence
from credkit.runtime.outcome import Phase

from .kit import MODES, Broken, Mode, json_reply, session

READ: Operation[Any] = Operation(
    id="read",
    method="GET",
    path="/people/{id}",
    responses={"200": (Content("application/json", lambda: dict[str, int]),)},
    retry=Retry.SAFE,
)
FIXED: Operation[Any] = Operation(id="read", method="GET", path="/people", responses=READ.responses, retry=Retry.SAFE)
both = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    return spans


@both
def test_a_call_is_a_span(mode: Mode, exporter: InMemorySpanExporter) -> None:
    exporter.clear()
    with session(mode, Broken(Phase.WAIT), json_reply({"id": 1})) as (client, _):
        client.call(FIXED)
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind) == ("demo.read", trace.SpanKind.CLIENT)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.template": "/people",
        "server.address": "api.example.com",
        "server.port": 443,
        "credkit.api": "demo",
        "credkit.operation": "read",
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
    }
    assert span.status.is_unset


@both
def test_a_failed_call_is_a_failed_span_without_text(mode: Mode, exporter: InMemorySpanExporter) -> None:
    exporter.clear()
    with session(mode, json_reply({"message": "canary"}, 404)) as (client, _), pytest.raises(ApiError):
        client.call(FIXED)
    (span,) = exporter.get_finished_spans()
    assert not span.status.is_ok
    assert (span.attributes or {})["error.type"] == span.status.description == "NotFoundError"
    assert not span.events
    assert "canary" not in span.to_json()


@both
def test_a_span_belongs_to_the_callers(mode: Mode, exporter: InMemorySpanExporter) -> None:
    exporter.clear()
    with session(mode, json_reply({"id": 1})) as (client, _):
        with trace.get_tracer("app").start_as_current_span("outer") as outer:
            client.call(FIXED)
        spans = {span.name: span for span in exporter.get_finished_spans()}
        assert spans["demo.read"].parent is not None
        assert spans["demo.read"].parent.span_id == outer.get_span_context().span_id


QUIET = """
import logging, sys
from credkit.runtime import Api, Client, Operation, Server
from credkit.runtime.transport import TransportFailure
from credkit.runtime.outcome import Phase

class Down:
    def send(self, request):
        raise TransportFailure(Phase.WAIT, "down")
    def close(self):
        pass

def broken(event):
    raise RuntimeError

from credkit.runtime import Hooks
client = Client(Api(name="a"), {}, base_url="https://x.example.com", transport=Down(), hooks=Hooks(on_request=broken))
try:
    client._call(Operation(id="o", method="POST", path="/"), {})
except Exception:
    pass
assert "opentelemetry" not in sys.modules
"""


def test_nothing_is_printed_and_no_tracer_loaded_unless_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@both
def test_what_the_log_says(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "credkit")
    with session(mode, json_reply({}, 503), json_reply({"id": "x"})) as (client, _):
        client.call(FIXED)
    messages = [record.getMessage() for record in caplog.records if record.name == "credkit.runtime"]
    assert [message.partition(":")[0] for message in messages] == ["demo.read"] * 4
    assert "GET /people: 503 in 0.000 s (attempt 1, unknown)" in messages[0]
    assert "again in 0.50 s: 503" in messages[1]
    assert "drift: /*: expected integer, got string" in messages[3]


def test_the_pools_records_are_kept_back_only_for_our_calls(caplog: pytest.LogCaptureFixture) -> None:
    import httpcore

    silence(httpcore)
    silence(httpcore)
    caplog.set_level(logging.DEBUG, "httpcore.http11")
    logger = logging.getLogger("httpcore.http11")
    token = quiet.set(True)
    logger.debug("ours")
    quiet.reset(token)
    logger.debug("somebody else's")
    assert [record.message for record in caplog.records] == ["somebody else's"]
    assert len([one for one in logger.filters if type(one).__name__ == "_QuietFilter"]) == 1
