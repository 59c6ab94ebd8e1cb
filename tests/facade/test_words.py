"""What a vendor says of a refusal is in `Reason.detail`: its sentence, the places and what is wrong there."""

from __future__ import annotations

from typing import Any

import pytest

import credkit
from credkit import IssueRequest, Organisation, Rejected, sandbox
from credkit.adapters.words import said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, None),
        ("a page", None),
        ({"message": "no", "code": "x"}, "no"),
        ({"error": {"message": "no"}, "errors": [{"pointer": "/a", "reason": "bad"}]}, "no; /a: bad"),
        ({"errors": [{"detail": "too long", "source": {"pointer": "/data/name"}}]}, "/data/name: too long"),
        ({"detail": [{"loc": ["body", "items", 0], "msg": "missing"}]}, "body/items/0: missing"),
        ({"errors": [{"message": str(n)} for n in range(20)]}, "0; 1; 2; 3; 4; 5; 6; 7"),
        ({"message": "x" * 1000}, "x" * 400),
    ],
)
def test_the_forms_in_which_vendors_say_it(body: Any, words: str | None) -> None:
    assert said(body) == words


def test_a_reason_has_the_places() -> None:
    vendor = sandbox.beltic()
    issuer = credkit.connect("beltic", api_key=vendor.key, transport=vendor)
    (result,) = issuer.issue([IssueRequest("nonsense", Organisation("Canary Ltd", id="did:x:1"), claims={"a": 1})])
    assert isinstance(result, Rejected)
    assert "/items/0/request/credential_type: the value is not one of" in (result.reason.detail or "")
    assert "credential_type" not in repr(result)
