"""Modules that load their members on first use (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy(module: str, members: Mapping[str, str]) -> Callable[[str], object]:
    """Return a `__getattr__` for the package `module`.

    `members` maps a name to the submodule that holds it: `{"Record": ".client", "models": ".models"}`. A name that is the
    submodule's own name stands for the module itself. What was loaded is stored in the package, so that each name is
    looked up here once. Other names raise AttributeError, as without the function.
    """

    def load(name: str) -> object:
        source = members.get(name)
        if source is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        submodule = import_module(source, module)
        value: object = submodule if source == f".{name}" else getattr(submodule, name)
        setattr(sys.modules[module], name, value)
        return value

    return load
