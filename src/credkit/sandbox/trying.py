"""What a first cohort needs besides a key: ids that stand in the sandbox from the beginning."""

from __future__ import annotations

from collections.abc import Mapping

PLAN_WITH: Mapping[str, Mapping[str, str]] = {
    "record": {"--template": "prog_1779172339924_j3pr93"},
    "beltic": {"--template": "outcome_attestation"},
    "didx": {"--template": "tpl_6421a8905c17830c188e2e2f"},
    "nchain": {
        "--template": "exampleCredential",
        "CREDKIT_NCHAIN_CORRELATION_ID": "nchain",
        "CREDKIT_NCHAIN_ORGANISATION_PROFILE_ID": "123e4567-e89b-12d3-a456-426614174000",
    },
}
"""By vendor: options of `credkit plan`, and what is to stand in the environment."""
