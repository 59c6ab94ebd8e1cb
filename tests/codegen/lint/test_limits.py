"""Rate limits in prose: what is one, what is none."""

from __future__ import annotations

import pytest

from credkit_codegen.lint.limits import limits_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At most 2 requests per minute per user.", [(2, 60)]),
        ("1,000 API calls each hour are allowed, 10 requests/second at most.", [(1000, 3600), (10, 1)]),
        ("Two calls are allowed every 30 seconds.", [(2, 30)]),
        ("Limited to 50 rps.", [(50, 1)]),
        ("100 messages in a day", [(100, 86400)]),
    ],
)
def test_limits_are_read_with_their_times(text: str, expected: list[tuple[int, int]]) -> None:
    assert [(limit.calls, limit.seconds) for limit in limits_in(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Lists the requests of the last 30 days.",
        "Wait 2 seconds and call again.",
        "Up to 100 items per page.",
        "Each request takes 3 seconds; a call per pet.",
        "The token lives for 300 seconds.",
    ],
)
def test_other_numbers_are_no_limits(text: str) -> None:
    assert limits_in(text) == []
