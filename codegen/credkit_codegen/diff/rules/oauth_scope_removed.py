"""A scope is no longer offered.

Why: asking for it may be refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair, show

ON = Kind.SCHEME
REQUEST = "stop asking for it"
BEFORE = """\
components:
  securitySchemes:
    key:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://a.example/token
          scopes: {read: See., write: Change.}
"""
AFTER = """\
components:
  securitySchemes:
    key:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://a.example/token
          scopes: {read: See.}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (item.node.child("flows") for item in pair.both)
    for flow in sorted(old.map.keys() & new.map.keys()):
        scopes = [side.child(flow).child("scopes") for side in (old, new)]
        for name in sorted(scopes[0].map.keys() - scopes[1].map.keys()):
            yield Found(f"{pair.subject}: scope {show(name)} is gone", scopes[0].child(name), scopes[1])
