"""The files around the code: `__init__.py`, `pyproject.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from .. import ir
from ..config import Config
from ..literals import Source, docstring, literal, mapping, name, names, titled, toml_string

RUNTIME_REQUIREMENT = "credkit>=0.1,<0.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitView:
    docstring: Source
    class_name: Source
    submodules: tuple[Source, ...]
    exports: Source
    members: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """`pyproject.toml`; every text is a TOML string."""

    distribution: str
    package: str
    version: str
    description: str
    has_license: bool
    license: str
    requirement: str


def view_init(api: ir.Api, config: Config) -> InitView:
    client = config.package.client
    submodules = ["errors", "models", *(["webhooks"] if api.webhooks else [])]
    homes = {f"Async{client}": ".client", client: ".client", **{module: f".{module}" for module in submodules}}
    return InitView(
        docstring=docstring(f"Typed client of {titled(api.title)}."),
        class_name=name(client),
        submodules=names(submodules),
        exports=literal(sorted(homes, key=_by_kind)),
        members=mapping((literal(member), literal(home)) for member, home in homes.items()),
    )


def _by_kind(member: str) -> tuple[bool, str]:
    """Classes before modules."""
    return member[0].islower(), member


def view_project(api: ir.Api, config: Config) -> ProjectView:
    package = config.package
    return ProjectView(
        distribution=toml_string(package.distribution),
        package=toml_string(package.name),
        version=toml_string(package.version),
        description=toml_string(f"Typed client of {titled(api.title)}."),
        has_license=package.license is not None,
        license=toml_string(package.license or ""),
        requirement=toml_string(RUNTIME_REQUIREMENT),
    )
