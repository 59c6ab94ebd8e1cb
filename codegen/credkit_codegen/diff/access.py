"""Which credentials are enough: alternatives of `security` compared by what callers hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .pairs import Security

Alternative = Mapping[str, frozenset[str]]


def refused(old: Security, new: Security) -> Iterator[Alternative]:
    """Old alternatives with which nobody gets in any more, whatever scopes he asks for."""
    for item in old.alternatives:
        if not any(other.keys() <= item.keys() for other in new.alternatives):
            yield item


def accepted(old: Security, new: Security) -> Iterator[Alternative]:
    """New alternatives that ask for other schemes than any old one did."""
    for item in new.alternatives:
        if not any(other.keys() <= item.keys() for other in old.alternatives):
            yield item


def scopes_added(old: Security, new: Security) -> Iterator[tuple[str, list[str]]]:
    """Scheme and scopes that callers need besides those that were enough, where every way in asks for more."""
    for item in old.alternatives:
        ways = [other for other in new.alternatives if other.keys() <= item.keys()]
        missing = [_missing(item, way) for way in ways]
        if missing and all(missing):
            yield from min(missing, key=len).items()


def _missing(held: Alternative, asked: Alternative) -> dict[str, list[str]]:
    return {name: sorted(scopes - held[name]) for name, scopes in asked.items() if scopes - held[name]}


def words(item: Alternative) -> str:
    """`apiKey`, `bearer with session`, `no credentials`."""
    return " with ".join(sorted(item)) or "calling without credentials"
