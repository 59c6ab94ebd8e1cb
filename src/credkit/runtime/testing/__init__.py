"""Tools for tests of applications: a stub of a whole vendor, without network and port, or over HTTP on this machine.

A generated package brings its own stub, typed like its client:

    stub = RecordStub()
    stub.credentials.issue.returns(batch)                      # without it: the documented example
    application(stub.client)                                   # or stub.async_client
    assert stub.credentials.issue.calls[0].body.batch_name == "May 2025 Cohort"

A request that the document does not allow is refused with `StubRefused`, which lists what is wrong by JSON pointer. What goes
wrong between machines can be played too:

    stub.credentials.issue.loses_the_answer()                  # the vendor acted, the answer never came
    stub.credentials.issue.throttles(times=2, retry_after=1)   # 429 twice, then the example
    stub.credentials.get.cuts_the_body()                       # half a body

`stub.serve()` gives the same over HTTP: a base URL for a client, for another process, or for curl.
"""

from .clock import FakeClock
from .compare import plain, same_json
from .examples import Examples
from .received import StubCall, StubPart
from .refusals import StubRefused
from .script import (
    Step,
    cut_body,
    delay,
    example,
    fail,
    give,
    html,
    lose_answer,
    refuse_connection,
    throttle,
)
from .server import StubServer
from .stub import OperationStub, ResourceStub, StubClient

__all__ = [
    "Examples",
    "FakeClock",
    "OperationStub",
    "ResourceStub",
    "Step",
    "StubCall",
    "StubClient",
    "StubPart",
    "StubRefused",
    "StubServer",
    "cut_body",
    "delay",
    "example",
    "fail",
    "give",
    "html",
    "lose_answer",
    "plain",
    "refuse_connection",
    "same_json",
    "throttle",
]
