"""Tokens are got, refreshed or granted at another address.

Why: earlier clients ask at the old one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair, show

ON = Kind.SCHEME
REQUEST = "upgrade; let the new address through where outgoing calls are filtered"
BEFORE = """\
components:
  securitySchemes:
    key:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://a.example/token
          scopes: {read: See.}
"""
AFTER = """\
components:
  securitySchemes:
    key:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://b.example/token
          scopes: {read: See.}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (item.node.child("flows") for item in pair.both)
    for flow in sorted(old.map.keys() & new.map.keys()):
        for key in ("authorizationUrl", "tokenUrl", "refreshUrl"):
            before, after = (side.child(flow).child(key) for side in (old, new))
            if before.value != after.value:
                yield Found(
                    f"{pair.subject}: {key} of {flow} is {show(after.value)} (was {show(before.value)})", before, after
                )
