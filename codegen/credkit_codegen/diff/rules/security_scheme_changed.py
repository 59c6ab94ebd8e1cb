"""A security scheme is another: its type, where its value goes, or how tokens are got.

Why: earlier clients send their credentials where nobody looks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair, show

ON = Kind.SCHEME
REQUEST = "upgrade, and look whether your credentials are of the new kind"
BEFORE = """\
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
"""
AFTER = """\
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Api-Key}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (item.node for item in pair.both)
    for key in ("type", "in", "name", "scheme", "openIdConnectUrl"):
        before, after = (str(node.map.get(key) or "") for node in (old, new))
        if before.lower() != after.lower():
            yield Found(f"{pair.subject}: {key} is {show(after)} (was {show(before)})", old.child(key), new.child(key))
    for flow in sorted(old.child("flows").map.keys() - new.child("flows").map.keys()):
        yield Found(f"{pair.subject}: flow {show(flow)} is gone", old.child("flows").child(flow), new.child("flows"))
