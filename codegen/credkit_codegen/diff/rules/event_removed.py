"""An event is no longer sent (`webhooks`, `callbacks`).

Why: code that waits for it waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.WEBHOOK
RESPONSE = "ask for the state instead, or use the event that replaces it"
BEFORE = """\
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
AFTER = """\
webhooks:
  petSold:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: Taken.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.is_removed:
        yield Found(f"{pair.subject} is gone")
