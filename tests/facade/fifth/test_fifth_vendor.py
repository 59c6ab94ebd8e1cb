"""A vendor that Credkit never heard of passes the conformance suite with a spec, a client.toml and an adapter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import credkit

from ..conformance.cases import Case
from ..conformance.test_issuing import *  # noqa: F403
from .conftest import HERE
from .vendor import LumenVendor

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-vendor.md"


def test_an_adapter_comes_in_as_an_object_too(lumen: type[Any], case: Case) -> None:
    vendor: Any = LumenVendor()
    adapter = lumen(templates={"course": credkit.Template("welding")})
    with credkit.connect(adapter, token=vendor.key, transport=vendor) as issuer:
        assert len(issuer.issue([case.request(1)]).issued) == 1


def test_an_unknown_name_says_which_are_known(installed: None) -> None:
    with pytest.raises(credkit.ConfigurationError, match=r"record.*lumen"):
        credkit.connect("lumens")


def test_the_page_counts_what_has_to_be_written() -> None:
    """docs/adding-a-vendor.md says how many lines each of the three files has."""
    text = PAGE.read_text("utf-8")
    for name in ("openapi.yaml", "client.toml", "adapter.py"):
        lines = len((HERE / name).read_text("utf-8").splitlines())
        assert re.search(rf"`{re.escape(name)}`[^\n]*\b{lines} lines", text), f"{name} has {lines} lines"
