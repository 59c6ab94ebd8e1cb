"""A rate limit that the description of an operation states is declared by `x-rate-limit`, with the same numbers.

Why: a client keeps to what is declared; what only prose says ends in a 429, or in a key that is blocked.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..limits import limits_in
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
info: { title: Pets, version: "1", x-sources: {} }
paths:
  /pets:
    post:
      operationId: createPet
      description: Enters a pet. At most 2 requests per minute.  # <-
      responses: { "201": { description: Entered. } }
    get:
      operationId: listPets
      description: The pets; 100 calls an hour are allowed.
      x-rate-limit: { calls: 10, per: 3600, scope: key }  # <-
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: {} }
paths:
  /pets:
    post:
      operationId: createPet
      description: Enters a pet. At most 2 requests per minute.
      x-rate-limit: { calls: 2, per: 60, scope: key }
      responses: { "201": { description: Entered. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    stated = [(key, limit) for key in ("description", "summary") for limit in limits_in(node.text(key))]
    stated += [
        ("responses", limit)
        for status, answer in context.responses(node).items()
        if status == "429"
        for limit in limits_in(answer.text("description"))
    ]
    if not stated:
        return
    declared = node.map("x-rate-limit")
    if not declared:
        key, limit = stated[0]
        path = ("responses", "429") if key == "responses" else (key,)
        help_ = f"add `x-rate-limit: {{ calls: {limit.calls}, per: {limit.seconds}, scope: … }}`"
        yield Finding(node, f'expected x-rate-limit beside "{limit.words}"; it is not there', help_, path)
    elif (declared.get("calls"), declared.get("per")) not in [(limit.calls, limit.seconds) for _, limit in stated]:
        message = f'expected the limit of the description ("{stated[0][1].words}"); got other numbers'
        yield Finding(node, message, "mend the one that is wrong", ("x-rate-limit",))
