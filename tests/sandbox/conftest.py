from __future__ import annotations

import pytest

for package in (
    "credkit_record",
    "credkit_beltic",
    "credkit_didx",
    "credkit_nchain",
    "jsonschema_rs",
    "starlette",
    "uvicorn",
    "segno",
):
    pytest.importorskip(package, reason=f"{package} is not installed: make generate, make setup")
