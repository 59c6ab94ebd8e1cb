"""Rate limits in prose: "2 requests per minute", "100 calls a second", "10 req/s"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twenty": 20, "hundred": 100}
_UNITS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
}
_LIMIT = re.compile(
    r"""\b(?P<calls>\d[\d,]*|one|two|three|four|five|six|ten|twenty|hundred)\s+
    (?:(?:API|HTTP)\s+)?(?:requests?|reqs?|calls?|queries|messages|operations)\s*
    (?:(?:are|is)\s+(?:allowed|permitted|accepted)\s+)?
    (?:per|an?|each|every|in\s+an?|/)\s*
    (?P<number>\d+)?\s*
    (?P<unit>seconds?|secs?|minutes?|mins?|hours?|days?|[smhd])\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SHORT = re.compile(r"\b(?P<calls>\d[\d,]*)\s?(?:rps|qps)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of calls in a time, and the words that say so."""

    calls: int
    seconds: int
    words: str


def limits_in(text: str) -> list[Limit]:
    """The rate limits that a text states, in its order."""
    found = [(match.start(), _limit(match)) for match in _LIMIT.finditer(text)]
    found += [
        (match.start(), Limit(_number(match["calls"]), 1, " ".join(match[0].split())))
        for match in _SHORT.finditer(text)
    ]
    return [limit for _, limit in sorted(found, key=lambda item: item[0])]


def _limit(match: re.Match[str]) -> Limit:
    unit = match["unit"].lower()
    seconds = _UNITS.get(unit) or _UNITS[unit.removesuffix("s")]
    return Limit(_number(match["calls"]), seconds * int(match["number"] or 1), " ".join(match[0].split()))


def _number(text: str) -> int:
    return _WORDS.get(text.lower()) or int(text.replace(",", ""))
