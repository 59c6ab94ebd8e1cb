"""Which credentials of Beltic came of requests whose answer was lost. Beltic keeps nothing that we gave the send, so this is a
comparison: about whom, of what type, saying what, ending when, issued when.

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

from ..model import Credential
from ..results import Issued, Result, Results
from ..runtime.models import to_plain
from .matching import in_time, pair, tidied
from .sending import Item, member, moment, text

_OTHERS = ("workflow_block", "cli", "mcp")
"""How credentials came to be that were not issued through the API, by `created_via`."""
WHO = ("name", "registration_number")
"""What else than an id tells subjects apart."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An item, the plain JSON of what was asked for, and when the credential is to end; None: as the vendor decides."""

    item: Item
    plain: dict[str, Any] = field(repr=False)
    expires: datetime | None = None

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
        issued_at = moment(member(one.raw, "issued_at"))
        dated = issued_at is not None and in_time(issued_at, item.ticket, settle_after)
        dated = dated and _ends_so(one, by_item[id(item)].expires)
        return dated and one.plain.get("created_via") not in _OTHERS and _covers(one.plain, _said(by_item[id(item)]))

    def alike(item: Item) -> Hashable:
        mine = by_item[id(item)]
        return json.dumps(mine.plain, sort_keys=True), mine.expires, item.ticket.token

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


def told_apart(items: Sequence[Item], results: Results, asked: Callable[[Item], Asked]) -> Results:
    """What an answer gave each item; unknown are those about one subject of which one was given what says something else, or ends at another
    time, than was asked for: they may be each other's. Of a subject's only one nothing is compared, as its id has told whose it is.
    """
    groups: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        groups.setdefault(item.request.subject.id or tidied(item.request.subject.name), []).append(at)
    doubted: set[int] = set()
    for places in groups.values():
        if len(places) > 1 and any(_is_another(results[at], asked(items[at])) for at in places):
            doubted.update(places)
    return [
        items[at].unanswered() if at in doubted and isinstance(one, Issued) else one for at, one in enumerate(results)
    ]


def _is_another(result: Result, asked: Asked) -> bool:
    """Whether a credential does not say what it was to say, or ends at another time; saying nothing at all it may be anybody's."""
    if not isinstance(result, Issued):
        return False
    told = Seen(to_plain(result.credential.raw), result.credential.raw)
    ends = moment(member(told.raw, "expires_at")) is not None and not _ends_so(told, asked.expires)
    claims = told.plain.get("claims")
    return ends or (bool(claims) and not _covers(_tidied(claims), _tidied(asked.plain["claims"])))


def _tidied(value: Any) -> Any:
    """The same with every text as `tidied` gives it."""
    if isinstance(value, dict):
        return {name: _tidied(one) for name, one in value.items()}
    if isinstance(value, list):
        return [*map(_tidied, value)]
    return tidied(value) if isinstance(value, str) else value


def _said(asked: Asked) -> dict[str, Any]:
    """What has to be found in an equal credential."""
    return {name: asked.plain[name] for name in ("credential_type", "subject", "claims")}


def _ends_so(one: Seen, expires: datetime | None) -> bool:
    """Whether a credential ends when it was to; the vendor may leave out parts of a second."""
    if expires is None:
        return True
    told = moment(member(one.raw, "expires_at"))
    return told is not None and abs(told - expires) < timedelta(seconds=1)


def _could_be(asked: Asked, one: Seen, settle_after: timedelta) -> bool:
    """Whether nothing rules it out. Issued in the time of the send: only that it is another subject's by its id, or came about otherwise.
    At another time, as far as the clocks can be trusted: anything that it says otherwise."""
    told, wanted = one.plain.get("subject"), asked.plain["subject"]
    if one.plain.get("created_via") in _OTHERS or _contradicts(told, {"id": wanted.get("id")}):
        return False
    if in_time(moment(member(one.raw, "issued_at")), asked.item.ticket, settle_after):
        return True
    return not _contradicts(told, wanted) and not _contradicts(one.plain.get("claims"), asked.plain["claims"])


def could_be_renamed(asked: Asked, one: Any, settle_after: timedelta) -> bool:
    """Whether a credential could be an item's although it is about another id: issued in the time of the send, about somebody who is called the
    same or has the same number in a register, or of whom it says neither."""
    if member(one, "created_via") in _OTHERS or not in_time(
        moment(member(one, "issued_at")), asked.item.ticket, settle_after
    ):
        return False
    told, wanted = member(one, "subject"), asked.plain["subject"]
    pairs = [(text(member(told, name)), text(wanted.get(name))) for name in WHO]
    same = [tidied(mine) == tidied(theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
    return any(same) or not same


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
