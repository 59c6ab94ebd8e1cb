"""A server that could be named is gone.

Why: calls to it may fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Servers

ON = Kind.SERVERS
REQUEST = "name another server"
BEFORE = """\
servers:
  - url: https://api.example
  - url: https://eu.example
"""
AFTER = """\
servers:
  - url: https://api.example
"""


def check(pair: Pair[Servers]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = pair.both
        for url, node in zip(old.urls, old.servers, strict=True):
            if url not in new.urls and not (node is old.servers[0] and new.servers):
                yield Found(f"server {url} is gone", node)
