"""`itemSchema` describes the items of a media type that is a sequence of them.

Why: of one JSON value there are no items; a client would wait for a stream that never comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.MEDIA_TYPE,)
KEYS = ("itemSchema",)
BAD = """\
openapi: 3.2.0
paths:
  /pets:
    get:
      operationId: watchPets
      responses:
        "200":
          description: The pets.
          content:
            application/json:
              itemSchema: { type: object }  # <-
"""
GOOD = """\
openapi: 3.2.0
paths:
  /pets:
    get:
      operationId: watchPets
      responses:
        "200":
          description: The pets.
          content:
            application/jsonl:
              itemSchema: { type: object }
"""
_SEQUENTIAL = frozenset(
    {
        "application/jsonl", "application/x-jsonlines", "application/json-lines", "application/ndjson",
        "application/x-ndjson", "application/json-seq", "text/event-stream", "application/stream+json",
    }
)  # fmt: skip


def check(node: Node, context: Context) -> Iterator[Finding]:
    media_type = node.name.partition(";")[0].strip().lower()
    sequential = media_type in _SEQUENTIAL or media_type.endswith("-seq") or media_type.startswith("multipart/")
    if not sequential and "*" not in media_type:
        message = f"expected a media type that is a sequence; {media_type or 'it'} is one value"
        help_ = "write `schema:`, or a sequence such as application/jsonl or text/event-stream"
        yield Finding(node, message, help_, ("itemSchema",))
