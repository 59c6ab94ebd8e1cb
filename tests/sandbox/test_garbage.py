"""Whatever comes, in either mode: an answer that the document allows or a refusal, never a failure of the sandbox."""

from __future__ import annotations

import copy
import json
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credkit import sandbox
from credkit.runtime.operation import Operation
from credkit.sandbox.routes import base_path
from credkit.sandbox.testing import send

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@cache
def bodies(vendor: str) -> list[tuple[Operation[Any], Any]]:
    """Operations with the bodies of their documented examples; None where they have none."""
    text = files(f"credkit_{vendor}").joinpath("examples.json").read_text(encoding="utf-8")
    documented = json.loads(text)
    found: list[tuple[Operation[Any], Any]] = []
    for operation in sandbox.make(vendor).operations:
        made = documented[operation.id]["request"].values()
        found += [(operation, one.get("body")) for one in made] or [(operation, None)]
    return found


def spoilt(draw: Any, value: Any) -> Any:
    """A value in which something, somewhere, is something else, or missing."""
    if isinstance(value, dict) and value and draw(st.integers(0, 5)):
        name = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 3)):
            return {key: one for key, one in value.items() if key != name}
        return {**value, name: spoilt(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 5)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], spoilt(draw, value[at]), *value[at + 1 :]]
    return draw(JSON)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("vendor", sandbox.VENDORS)
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_no_request_makes_the_sandbox_fail(vendor: str, strict: bool, data: st.DataObject) -> None:
    simulator = sandbox.make(vendor, strict=strict)
    before = simulator.snapshot()
    operation, body = data.draw(st.sampled_from(bodies(vendor)), label="operation")
    path = base_path(simulator.api, operation) + operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            known = st.sampled_from([one.id for one in simulator.issued()] or ["x"])
            value = data.draw(known | st.text(min_size=1, max_size=9), label=parameter.api_name)
            path = path.replace(f"{{{parameter.api_name}}}", quote(value, safe=""))
    path = path.replace("{IDENTITY_ENV_ID}", "sandbox")
    query = "&".join(
        f"{quote(one.api_name)}={quote(data.draw(st.text(max_size=9)))}"
        for one in operation.parameters
        if one.location == "query" and data.draw(st.booleans())
    )
    content = json.dumps(spoilt(data.draw, copy.deepcopy(body))).encode() if body is not None else b""
    headers = {"content-type": operation.body.media_type} if operation.body else {}
    answer = send(simulator, operation.method, f"{path}?{query}", content=content, headers=headers)
    assert answer.status < 500
    if answer.status >= 400:
        after = simulator.snapshot()
        assert after.state == before.state, "a refusal changes nothing"
        assert after.outbox.emails == before.outbox.emails
        assert after.outbox.deliveries == before.outbox.deliveries
