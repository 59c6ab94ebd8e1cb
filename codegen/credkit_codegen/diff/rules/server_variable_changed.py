"""A variable of a server has another default, or fewer values.

Why: calls go somewhere else, or a value that was right is right no longer.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Servers, show

ON = Kind.SERVERS
REQUEST = "name the value that you mean"
BEFORE = """\
servers:
  - url: https://{region}.example
    variables:
      region: {default: eu, enum: [eu, us]}
"""
AFTER = """\
servers:
  - url: https://{region}.example
    variables:
      region: {default: us, enum: [eu, us]}
"""


def check(pair: Pair[Servers]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = pair.both
    known = dict(zip(new.urls, new.servers, strict=True))
    for url, node in zip(old.urls, old.servers, strict=True):
        for name, before in node.child("variables").children() if url in known else ():
            after = known[url].child("variables").child(name)
            if before.map.get("default") != after.map.get("default"):
                values = show(after.map.get("default")), show(before.map.get("default"))
                yield Found(f'server variable "{name}" is {values[0]} by default (was {values[1]})', before, after)
            was, allowed = before.map.get("enum"), after.map.get("enum")
            for value in was if isinstance(was, list) else ():
                if isinstance(allowed, list) and value not in allowed:
                    yield Found(f'server variable "{name}": value {show(value)} is gone', before, after)
