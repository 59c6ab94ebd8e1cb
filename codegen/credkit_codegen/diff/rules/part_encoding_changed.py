"""A part of a form is encoded in another way.

Why: the server reads the part otherwise, or refuses its type.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.MEDIA_TYPE
REQUEST = "earlier clients send it the old way: upgrade"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
requestBody:
  content:
    multipart/form-data:
      schema: {type: object, properties: {photo: {type: string, format: binary}}}
      encoding: {photo: {contentType: image/png}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
requestBody:
  content:
    multipart/form-data:
      schema: {type: object, properties: {photo: {type: string, format: binary}}}
      encoding: {photo: {contentType: image/webp}}
"""
_WORDS = ("contentType", "style", "explode", "allowReserved")


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.child("encoding") for item in pair.both)
        for key in sorted({*old.map, *new.map}):
            if any(old.child(key).map.get(word) != new.child(key).map.get(word) for word in _WORDS):
                yield Found(f'{pair.subject}: part "{key}" is encoded otherwise', old.child(key), new.child(key))
