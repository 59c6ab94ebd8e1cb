"""What the independent tester is told about the sandbox, loaded by it through SCHEMATHESIS_HOOKS."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.check
def documented_or_marked(ctx: Any, response: Any, case: Any) -> None:
    """A status that the document does not list is allowed where the sandbox itself says so: the vendors document few refusals."""
    documented = case.operation.definition.raw["responses"]
    status = response.status_code
    if {str(status), f"{status // 100}XX", "default"} & set(map(str, documented)):
        return
    marked = "".join(response.headers.get("x-credkit-sandbox") or ())  # a list of values, or text
    assert marked in (
        "refused",
        "undocumented-status",
    ), f"status {status} is not documented, and the answer does not say so"
    assert 400 <= status < 500, f"status {status} is not documented and no refusal"
