"""Text holds its content in another encoding or media type (`contentEncoding`, `contentMediaType`).

Why: what is decoded the old way is garbage.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import keyword_found, plain_change
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "write the new encoding"
RESPONSE = "read the new encoding"
BEFORE = """\
{type: string, contentEncoding: base64}
"""
AFTER = """\
{type: string, contentEncoding: base64url}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    for keyword in ("contentEncoding", "contentMediaType"):
        if (values := plain_change(pair, keyword)) is not None:
            yield keyword_found(pair, keyword, f"{keyword} is {show(values[1])} (was {show(values[0])})")
