"""The same credentials need more scopes.

Why: a token without them is turned away.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..access import scopes_added
from ..change import Found
from ..pairs import Kind, Pair, Security

ON = Kind.SECURITY
REQUEST = "ask for tokens with these scopes"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{oauth: [read]}]
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{oauth: [read, write]}]
"""


def check(pair: Pair[Security]) -> Iterator[Found]:
    if pair.both is not None:
        for scheme, scopes in scopes_added(*pair.both):
            yield Found(f"{scheme} needs {', '.join(scopes)}")
