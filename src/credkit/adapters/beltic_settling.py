"""Which credentials of Beltic came of requests whose answer was lost. Beltic keeps nothing that we gave the send, so this is a
comparison: about whom, of what type, saying what, issued when.

Issued: a credential that is equal in all of it, nobody else's, and as many of them as there are requests for it. Never issued: nothing
about that subject that could be it. Whatever lies between is for a person: a vendor that does not echo a member, or writes it
differently, must not look like one that issued nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..model import Credential, Results
from .matching import pair
from .sending import Item, member, moment

_SKEW = timedelta(minutes=5)
"""How far the vendor's clock and ours may be apart."""
_OTHERS = frozenset({"workflow_block", "cli", "mcp"})
"""How credentials came to be that were not issued through the API, by `created_via`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An item, and the plain JSON of what was asked for."""

    item: Item
    plain: dict[str, Any] = field(repr=False)

    @property
    def place(self) -> tuple[str, str | None]:
        """Where it would be listed: type, and the subject's id if it has one."""
        return self.plain["credential_type"], self.plain["subject"].get("id")


@dataclass(frozen=True, slots=True)
class Seen:
    """A credential of the listing, and its plain JSON."""

    plain: dict[str, Any] = field(repr=False)
    raw: Any = field(repr=False)


def settle(
    asked: Sequence[Asked],
    seen: Sequence[Seen],
    complete: bool,
    now: datetime,
    settle_after: timedelta,
    credential: Callable[[Any], Credential],
) -> Results:
    """What became of each item.

    Args:
        seen: the credentials that could be theirs, without those that are known to be others'.
        complete: `seen` is certainly everything.
    """
    by_item = {id(one.item): one for one in asked}

    def fits(item: Item, one: Seen) -> bool:
        mine = by_item[id(item)]
        return _in_time(mine, one, settle_after) and _same_subject(mine, one) and _covers(one.plain, _said(mine))

    def alike(item: Item) -> Hashable:
        return json.dumps(by_item[id(item)].plain, sort_keys=True), item.ticket.token

    pairing = pair([one.item for one in asked], seen, lambda item: None, lambda one: None, fits=fits, alike=alike)
    results: Results = []
    for position, mine in enumerate(asked):
        item = mine.item
        if position in pairing.found:
            results.append(item.issued(credential(pairing.found[position].raw)))
        elif position in pairing.crowded:
            results.append(item.ambiguous("there are equal credentials, and another number of requests for them"))
        elif any(_could_be(mine, one, settle_after) for one in pairing.left):
            results.append(item.ambiguous("a credential about the subject could be this one, and is not certainly"))
        elif not complete:
            results.append(item.incomplete("Beltic says that there are more credentials than it lists"))
        else:
            results.append(item.not_found(now, settle_after))
    return results


def _said(asked: Asked) -> dict[str, Any]:
    """What has to be found in an equal credential."""
    return {name: asked.plain[name] for name in ("credential_type", "subject", "claims")}


def _in_time(asked: Asked, one: Seen, settle_after: timedelta) -> bool:
    """Whether it was issued while the send was under way."""
    issued_at, sent_at = moment(member(one.raw, "issued_at")), asked.item.ticket.sent_at
    return issued_at is not None and sent_at - _SKEW <= issued_at <= sent_at + settle_after + _SKEW


def _could_be(asked: Asked, one: Seen, settle_after: timedelta) -> bool:
    """Whether nothing rules it out: in time, another subject; at another time, other claims as well (the clocks may differ)."""
    if not _same_subject(asked, one):
        return False
    timeless = moment(member(one.raw, "issued_at")) is None
    same_claims = not _contradicts(one.plain.get("claims"), asked.plain["claims"])
    return timeless or same_claims or _in_time(asked, one, settle_after)


def _same_subject(asked: Asked, one: Seen) -> bool:
    """Whether it was issued through the API about the subject, as far as it says."""
    via = one.plain.get("created_via")
    return not (isinstance(via, str) and via in _OTHERS) and not _contradicts(
        one.plain.get("subject"), asked.plain["subject"]
    )


def _covers(given: Any, asked: Any) -> bool:
    """Whether everything that was asked for is there; the vendor may have added to it."""
    if isinstance(asked, dict):
        return isinstance(given, dict) and all(_covers(given.get(name), value) for name, value in asked.items())
    return bool(given == asked)


def _contradicts(given: Any, asked: Any) -> bool:
    """Whether something that was asked for is there with another value; a value of another type only says that the answer is odd."""
    if isinstance(asked, dict) and isinstance(given, dict):
        return any(name in given and _contradicts(given[name], value) for name, value in asked.items())
    return type(given) is type(asked) and given != asked
