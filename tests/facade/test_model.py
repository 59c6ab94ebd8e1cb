"""Results whose credentials are put together when somebody looks."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

import credkit
from credkit import Credential, CredentialStatus, Issued, IssueRequest, Person, sandbox

REQUEST = IssueRequest("prog_1", Person("Alice Johnson", "alice@example.com"), reference="enrol-1")
COMMON = Credential(vendor="record", id="", status=CredentialStatus.ISSUED, template="prog_1", batch_id="batch_1")
WHOLE = Credential(
    vendor="record",
    id="rec_1",
    status=CredentialStatus.ISSUED,
    template="prog_1",
    batch_id="batch_1",
    url="https://v.example/rec_1",
    reference="enrol-1",
)


def of_batch() -> Issued:
    return Issued(REQUEST, COMMON, ("rec_1", "https://v.example/rec_1", "as it came"))


def test_it_is_the_same_result_either_way() -> None:
    whole = Issued(REQUEST, WHOLE)
    assert of_batch() == whole
    assert hash(of_batch()) == hash(whole)
    assert repr(of_batch()) == repr(whole)
    assert "alice" not in repr(whole).lower()
    assert whole != (REQUEST, WHOLE)
    match of_batch():
        case Issued(request=request, credential=credential):
            assert (request, credential, credential.raw) == (REQUEST, WHOLE, "as it came")


def test_a_credential_is_made_once() -> None:
    result = of_batch()
    assert result.credential is result.credential


def test_its_parts_are_the_same_before_and_after_somebody_looked() -> None:
    result = of_batch()
    assert result.parts() == (COMMON, "rec_1", "https://v.example/rec_1")
    assert result.parts()[1:] == ("rec_1", "https://v.example/rec_1")
    made = result.credential
    assert result.parts() == (made, made.id, made.url)


def test_it_can_be_copied_and_pickled() -> None:
    for result in (of_batch(), Issued(REQUEST, WHOLE)):
        assert copy.copy(result) == result
        assert pickle.loads(pickle.dumps(result)) == result


def test_it_is_a_value_like_the_other_results() -> None:
    for result in (of_batch(), Issued(REQUEST, WHOLE)):
        for name in ("request", "credential"):
            with pytest.raises(AttributeError):
                setattr(result, name, None)
        other = dataclasses.replace(WHOLE, status=CredentialStatus.REVOKED)
        changed = dataclasses.replace(result, credential=other)
        assert (changed.request, changed.credential) == (REQUEST, other)
        assert result.__replace__(credential=other) == changed  # what `copy.replace` calls
        assert [one.name for one in dataclasses.fields(result)] == ["request", "credential"]
        assert dataclasses.asdict(result)["credential"]["id"] == "rec_1"
        with pytest.raises(TypeError):
            dataclasses.replace(result, nothing=1)


def test_a_batch_says_of_each_what_the_vendor_says() -> None:
    vendor = sandbox.record()
    people = [IssueRequest("prog_1779172339924_j3pr93", Person(f"P {at}", f"p{at}@example.com")) for at in range(3)]
    with credkit.connect("record", token=vendor.key, transport=vendor) as issuer:
        credentials = [one.credential for one in issuer.issue(people).issued]
        assert credentials == [issuer.get(one) for one in credentials]
        assert [one.raw.name for one in credentials] == ["P 0", "P 1", "P 2"]


@pytest.mark.parametrize("reference", [7, ["canary@example.com"], "canary@example.com"])
def test_a_reference_that_is_no_plain_text_is_not_shown(reference: Any) -> None:
    assert (
        repr(IssueRequest("t", Person("Alice"), reference=reference)) == "IssueRequest('t', Person(…), reference='…')"
    )
