"""What a vendor needs beyond its spec in this repository: a facade adapter, a simulator, and tests to begin with."""

from __future__ import annotations

from pathlib import Path

from black import Mode, format_str
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..config import Config
from ..ir import Api, Operation
from ..literals import literal
from ..views.readme import needs_base_url
from .vendor import NewVendor

ADAPTERS = Path("src/credkit/adapters")
SIMULATORS = Path("src/credkit/sandbox/vendors")


def stub_files(root: Path, vendor: NewVendor, spec: str, api: Api, config: Config) -> dict[Path, str]:
    """The further files by path from `root`; only for layers that the project has. `spec` is the name of the document."""
    issue = _issuing(api)
    arguments = [f"{name}=self.key" for _, name in api.schemes[0].arguments] if api.schemes else []
    if needs_base_url(api):
        arguments.append('base_url=f"https://sandbox.invalid{self.base}"')
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701 - Python source: every text of the spec goes through `literal`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    given = {
        "vendor": vendor.name,
        "title": vendor.title,
        "package": config.package.name,
        "client": config.package.client,
        "async_client": config.package.async_client,
        "clients": sorted([config.package.client, config.package.async_client]),
        "issue": literal(issue.operation_id if issue is not None else ""),
        "arguments": "".join(f"{argument}, " for argument in arguments),
        "operations": _set(sorted(item.operation_id for item in api.operations)),
        "spec": spec,
    }
    found: dict[Path, str] = {Path("tests/specs") / f"test_{vendor.name}.py": "spec_test.py.jinja"}
    if (root / ADAPTERS).is_dir():
        found[ADAPTERS / f"{vendor.name}.py"] = "adapter.py.jinja"
        found[Path("tests/facade") / f"test_{vendor.name}.py"] = "adapter_test.py.jinja"
    if (root / SIMULATORS).is_dir():
        found[SIMULATORS / f"{vendor.name}.py"] = "simulator.py.jinja"
        found[Path("tests/sandbox") / f"test_{vendor.name}.py"] = "simulator_test.py.jinja"
    sources = {path: environment.get_template(name).render(given) for path, name in found.items()}
    return {path: format_str(source, mode=Mode(line_length=120)) for path, source in sources.items()}


def _set(texts: list[str]) -> str:
    return f"{{{', '.join(map(literal, texts))}}}" if texts else "set()"


def _issuing(api: Api) -> Operation | None:
    """The call that is most likely to issue: the first that creates something."""
    words = ("issue", "create", "offer")
    posts = [item for item in api.operations if item.method == "POST"]
    return next(
        (item for word in words for item in posts if word in item.operation_id.lower()), next(iter(posts), None)
    )
