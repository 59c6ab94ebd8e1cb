"""The same credentials need fewer scopes.

Why: a token with less is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..access import scopes_added
from ..change import Found
from ..pairs import Kind, Pair, Security

ON = Kind.SECURITY
REQUEST = "nothing to do"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{oauth: [read, write]}]
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{oauth: [read]}]
"""


def check(pair: Pair[Security]) -> Iterator[Found]:
    if pair.both is not None:
        for scheme, scopes in scopes_added(pair.both[1], pair.both[0]):
            yield Found(f"{scheme} no longer needs {', '.join(scopes)}")
