"""The logger `credkit.runtime`, silent unless the application listens, and OpenTelemetry spans where an application uses them."""

from __future__ import annotations

import logging
import sys
from typing import Any, Protocol

from .version import VERSION

logging.getLogger("credkit").addHandler(logging.NullHandler())
logger = logging.getLogger("credkit.runtime")


class Span(Protocol):
    def set(self, name: str, value: str | int | float) -> None: ...

    def end(self, error: str | None) -> None: ...


class NoSpan:
    """Nobody traces."""

    def set(self, name: str, value: str | int | float) -> None:
        return None

    def end(self, error: str | None) -> None:
        return None


NO_SPAN = NoSpan()


class OpenTelemetrySpan:
    """One client span; holds template and status, never arguments."""

    def __init__(self, span: Any, failed: Any) -> None:
        self._span = span
        self._failed = failed

    def set(self, name: str, value: str | int | float) -> None:
        self._span.set_attribute(name, value)

    def end(self, error: str | None) -> None:
        if error is not None:
            self._span.set_attribute("error.type", error)
            self._span.set_status(self._failed, error)
        self._span.end()


def start_span(api: str, operation: str, method: str, path: str, host: str, port: int) -> Span:
    """A span for one call. An application that traces has imported OpenTelemetry; importing it here would only cost time."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return NO_SPAN
    attributes = {
        "http.request.method": method,
        "url.template": path,
        "server.address": host,
        "server.port": port,
        "credkit.api": api,
        "credkit.operation": operation,
    }
    tracer = trace.get_tracer("credkit", VERSION)
    span = tracer.start_span(f"{api}.{operation}", kind=trace.SpanKind.CLIENT, attributes=attributes)
    return OpenTelemetrySpan(span, trace.StatusCode.ERROR) if span.is_recording() else NO_SPAN
