"""There is one more server.

Why: callers have a choice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Servers

ON = Kind.SERVERS
REQUEST = "nothing to do"
BEFORE = """\
servers:
  - url: https://api.example
"""
AFTER = """\
servers:
  - url: https://api.example
  - url: https://eu.example
"""


def check(pair: Pair[Servers]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = pair.both
        for url, node in zip(new.urls, new.servers, strict=True):
            if url not in old.urls and not (node is new.servers[0] and old.servers):
                yield Found(f"server {url} is new", new=node)
