"""The server that is called when none is named is another.

Why: calls go somewhere else: to another region, or from a test system to the live one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Servers

ON = Kind.SERVERS
REQUEST = "name the server that you mean (`base_url`)"
BEFORE = """\
servers:
  - url: https://api.example
"""
AFTER = """\
servers:
  - url: https://new.example
  - url: https://api.example
"""


def check(pair: Pair[Servers]) -> Iterator[Found]:
    if pair.both is not None and all(item.servers for item in pair.both):
        old, new = pair.both
        if old.urls[0] != new.urls[0]:
            kept = "still listed" if old.urls[0] in new.urls else "gone"
            yield Found(
                f"the default server is {new.urls[0]} (was {old.urls[0]}, {kept})", old.servers[0], new.servers[0]
            )
