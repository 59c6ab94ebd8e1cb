"""ISO 8601 durations such as `P1Y`, `P90D` and `PT12H`."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta

_DURATION = re.compile(
    r"P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)


def add_duration(moment: datetime, text: str) -> datetime:
    """The moment after a duration; a day that the month does not have becomes its last. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None or not text.isascii():
        raise ValueError("not an ISO 8601 duration")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    count = moment.year * 12 + moment.month - 1 + years * 12 + months
    year, month = divmod(count, 12)
    try:
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return moment.replace(year=year, month=month + 1, day=day) + rest
    except (OverflowError, ValueError):
        raise ValueError("the duration ends beyond the calendar") from None
