"""Events are signed in another way, or no longer (`x-webhook-signature`).

Why: earlier clients refuse every event. Where a signature is only new, events could not be verified before, so that warns.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...builder.extensions import read_signature
from ...diagnostics import Severity
from ...resolve import Node
from ..change import Found
from ..pairs import Kind, Pair

ON = Kind.DOCUMENT
REQUEST = "upgrade before the vendor switches; give the new secret"
BEFORE = """\
x-webhook-signature: {scheme: hmac, header: X-Signature}
"""
AFTER = """\
x-webhook-signature: {scheme: hmac, header: X-Signature, encoding: base64}
"""


def check(pair: Pair[Node]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (read_signature(item) for item in pair.both)
    if old != new:
        now = f"signed by {new.scheme}" if new is not None else "not signed"
        was = f"were by {old.scheme}, {old.header}" if old is not None else "were not"
        yield Found(
            f"events are {now} in another way ({was})",
            *(item.child("x-webhook-signature") for item in pair.both),
            severity=Severity.WARNING if old is None else None,
        )
