"""Other credentials are accepted than before.

Why: callers have a choice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..access import accepted, words
from ..change import Found
from ..pairs import Kind, Pair, Security

ON = Kind.SECURITY
REQUEST = "nothing to do"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{apiKey: []}]
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{apiKey: []}, {bearer: []}]
"""


def check(pair: Pair[Security]) -> Iterator[Found]:
    if pair.both is not None:
        for item in accepted(*pair.both):
            yield Found(f"{words(item)} is accepted")
