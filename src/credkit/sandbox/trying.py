"""What a first cohort needs besides a key: ids that stand in the sandbox from the beginning."""

from __future__ import annotations

from collections.abc import Mapping

PLAN_WITH: Mapping[str, Mapping[str, str]] = {
    "record": {"--template": "prog_1779172339924_j3pr93", "cohort": "examples/cohort.csv"},
    "beltic": {"--template": "outcome_attestation", "cohort": "examples/cohort.csv"},
    "didx": {"--template": "tpl_6421a8905c17830c188e2e2f", "cohort": "examples/cohort-didx.csv"},
    "nchain": {
        "--template": "exampleCredential",
        "cohort": "examples/cohort.csv",
        "CREDKIT_NCHAIN_CORRELATION_ID": "nchain",
        "CREDKIT_NCHAIN_ORGANISATION_PROFILE_ID": "123e4567-e89b-12d3-a456-426614174000",
    },
}
"""By vendor: options of `credkit plan`, a file of the clone that the template takes, and what is to stand in the environment."""
