"""There is a new event (`webhooks`, `callbacks`).

Why: code may hear of more. A handler should answer events that it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.WEBHOOK
RESPONSE = "nothing to do"
BEFORE = """\
webhooks:
  petSold:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: Taken.}}
"""
AFTER = """\
webhooks:
  petSold:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: Taken.}}
  petFound:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: Taken.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.is_added:
        yield Found(f"{pair.subject} is new")
