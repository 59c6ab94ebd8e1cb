"""Modules that load their members on first use (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType


def lazy(module: str, members: Mapping[str, str]) -> Callable[[str], object]:
    """Return a `__getattr__` for the package `module`.

    `members` maps a name to the submodule that holds it: `{"Record": ".client", "models": ".models"}`. A name that is the
    submodule's own name stands for the module itself. What was loaded is stored in the package, so that each name is
    looked up here once. Other names raise AttributeError, as without the function. `dir()` of the package lists the members,
    loaded or not, and the submodules that are loaded.
    """

    def load(name: str) -> object:
        source = members.get(name)
        if source is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        submodule = import_module(source, module)
        value: object = submodule if source == f".{name}" else getattr(submodule, name)
        setattr(sys.modules[module], name, value)
        return value

    def listed() -> list[str]:
        own = vars(sys.modules[module])
        return sorted({*members, *(name for name in own if name[:2] == "__" or isinstance(own[name], ModuleType))})

    if module in sys.modules:
        vars(sys.modules[module])["__dir__"] = listed
    return load
