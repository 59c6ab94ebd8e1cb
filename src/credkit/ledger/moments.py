"""From when on something can be settled, for people: the same moment in the same words, wherever it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def whole_second(moment: datetime) -> datetime:
    """The first whole second that is not before a moment: who waits until then has not come too early."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


def in_words(moment: datetime) -> str:
    """`2027-06-30 14:05:37 UTC`, never earlier than the moment."""
    return f"{whole_second(moment.astimezone(UTC)):%Y-%m-%d %H:%M:%S} UTC"
