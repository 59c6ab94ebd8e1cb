"""What to say where something is not installed. Nothing is released yet, and the index that pip asks by default has an unrelated project
called `credkit`, so everything is installed from the clone."""

from __future__ import annotations


def of_credkit(extra: str) -> str:
    """How an extra of credkit is installed: what follows "needs …"."""
    return f"the extra `{extra}` of credkit: install it from the clone, `pip install 'PATH_OF_CLONE[{extra}]'`"


def client_of(vendor: str) -> str:
    """How a vendor's client is installed: what follows "needs …"."""
    return f"the client of {vendor}: install it from the clone, `pip install PATH_OF_CLONE PATH_OF_CLONE/generated/{vendor}`"
