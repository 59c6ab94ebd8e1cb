"""Clients that nobody closed are closed by the garbage collector, which can run in the middle of anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import contextvars, gc, sys
from tests.faults.api import API, READ
from tests.faults.calls import KEY
from tests.faults.catalogue.plays import answer_ok
from tests.faults.server import FaultServer
from credkit.runtime.client import Client

class Cycle:
    pass

def call_while_another_is_collected(step):
    gc.disable()
    forgotten = Cycle()
    forgotten.me, forgotten.client = forgotten, Client(API, KEY, base_url=server.url)
    forgotten.client._link.get()
    del forgotten
    gc.set_threshold(gc.get_count()[0] + step)  # the collection comes at another point of the call each time
    gc.enable()
    before = gc.get_stats()[0]["collections"]
    client._call(READ, {"id": "again"})
    came = gc.get_stats()[0]["collections"] > before
    gc.collect()
    return came

def at_every_step():
    others = [contextvars.ContextVar(f"other{i}") for i in range(20)]  # as many as applications with tracing have
    for one in others:
        one.set(object())
    return [call_while_another_is_collected(step) for step in range(1, 150)].count(True)

with FaultServer([answer_ok]) as server, Client(API, KEY, base_url=server.url) as client:
    client._call(READ, {"id": "first"})
    gc.freeze()  # a collection walks what is new, and not the libraries each time
    for _ in range(12):  # what is freed too early depends on how the variables of a context lie in memory
        assert contextvars.Context().run(at_every_step) > 0, "no collection came inside of a call"
"""


def test_a_client_that_is_collected_in_the_middle_of_anothers_call_does_no_harm() -> None:
    """With a context variable set while closing, Python 3.11 read freed memory here; the debug allocator makes it a crash."""
    environment = {**os.environ, "PYTHONMALLOC": "debug", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-4000:]
