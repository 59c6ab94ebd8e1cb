"""Credentials that were enough are not enough any more.

Why: calls with them are turned away. What counts is whether some alternative of the new document is met by what callers hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..access import refused, words
from ..change import Found
from ..pairs import Kind, Pair, Security

ON = Kind.SECURITY
REQUEST = "set up the credentials that are asked for now"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{apiKey: []}, {bearer: []}]
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
security: [{bearer: []}]
"""


def check(pair: Pair[Security]) -> Iterator[Found]:
    if pair.both is not None:
        for item in refused(*pair.both):
            yield Found(f"{words(item)} is no longer accepted")
