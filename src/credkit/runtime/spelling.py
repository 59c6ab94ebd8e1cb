"""Members of models that are misspelt in Python.

A model keeps members that its document does not list, because a vendor may add some. When an application constructs one, though, a
name that is not listed is a mistake far more often than a wish. Only `Model(...)` comes through here: reading does not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, AliasPath, BaseModel

if TYPE_CHECKING:  # who checks types knows the members already, from pydantic's own class
    from pydantic._internal._model_construction import ModelMetaclass

    SpeltOut = ModelMetaclass
else:

    class SpeltOut(type(BaseModel)):
        """Type of classes that are constructed with members that they list, and no others. Where none is listed, any may be given."""

        def __call__(self, /, *args: Any, **members: Any) -> Any:
            listed = _names(self)
            if listed and not members.keys() <= listed:
                raise TypeError(_complaint(self, next(name for name in members if name not in listed)))
            return super().__call__(*args, **members)


@lru_cache(maxsize=1024)
def _names(cls: type[BaseModel]) -> frozenset[str]:
    """What the members of a model may be called: in Python and on the wire."""
    if any("__pydantic_extra__" in one.__annotations__ for one in cls.__mro__ if one not in BaseModel.__mro__):
        return frozenset()  # members of any name have a type: what is given is checked against that
    names: set[str] = set()
    for name, info in cls.__pydantic_fields__.items():
        alias = info.validation_alias or info.alias
        names.add(name)
        for one in alias.choices if isinstance(alias, AliasChoices) else [alias]:
            names.add(str(one.path[0]) if isinstance(one, AliasPath) else one or name)
    return frozenset(names)


def _complaint(cls: type[BaseModel], name: str) -> str:
    from difflib import get_close_matches  # here, because a first call would wait for it

    near = get_close_matches(name, cls.__pydantic_fields__, n=1)
    shown = repr(name) if name.isidentifier() and len(name) < 80 else "of that name"
    meant = f"did you mean {near[0]!r}? " if near else ""
    return (
        f"{cls.__name__} has no member {shown}; {meant}A member that the document does not list is given with "
        f"{cls.__name__}.model_validate({{...}})"
    )
