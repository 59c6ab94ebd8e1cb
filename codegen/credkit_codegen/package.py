"""Api -> the files of a distribution, formatted and verified. Pure: no disk, no state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from . import ir
from .collecting import collect
from .config import Config
from .examples import OperationExamples, build_examples, render_examples
from .files import GeneratedFile
from .formatters import Formatter
from .formatting import choose_formatter, format_files
from .methods import build_methods
from .models import generate_models
from .profile import Profile
from .render import Renderer
from .verify import verify_files
from .views.client import view_client
from .views.errors import view_errors
from .views.package import view_init, view_project
from .views.readme import view_readme
from .views.resources import view_resource
from .views.testing import view_testing
from .views.tests import build_tests_context, view_tests
from .views.webhooks import view_webhooks
from .wording import in_python


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Every file of a distribution but its lock, and what formatted them."""

    files: tuple[GeneratedFile, ...]
    formatter: Formatter


def generate_package(api: ir.Api, config: Config, profile: Profile, formatter: Formatter | None = None) -> Package:
    """The files of a distribution; `formatter` goes before that of the configuration."""
    renderer = Renderer()
    with profile.stage("texts"):
        api = in_python(api, config)
    with profile.stage("models"):
        models = generate_models(api, config, renderer)
    with profile.stage("views and templates"):
        rendered = tuple(_render(api, config, renderer))
        collect()  # templates leave a context for each thing that they include
    with profile.stage("format"):
        chosen = choose_formatter((*models, *rendered), formatter or config.package.formatter)
        files = format_files((*models, *rendered), chosen)
    with profile.stage("verify"):
        verify_files(files, api, config.package.name)
    return Package(files=files, formatter=chosen)


def _render(api: ir.Api, config: Config, renderer: Renderer) -> Iterator[GeneratedFile]:
    package = PurePosixPath(config.package.name)
    methods = build_methods(api, config)
    errors = view_errors(api, config)
    yield renderer.render("pyproject.toml.jinja", PurePosixPath("pyproject.toml"), view_project(api, config))
    yield renderer.render("package/__init__.py.jinja", package / "__init__.py", view_init(api, config))
    yield GeneratedFile(package / "py.typed", "")
    yield renderer.render("package/client.py.jinja", package / "client.py", view_client(api, config))
    yield renderer.render("package/errors.py.jinja", package / "errors.py", errors)
    examples = build_examples(methods, api)
    yield render_examples(examples, config)
    yield renderer.render("package/testing.py.jinja", package / "testing.py", view_testing(api, methods, config))
    readme = view_readme(api, examples, config, errors)
    yield renderer.render("README.md.jinja", PurePosixPath("README.md"), readme)
    if api.webhooks:
        yield renderer.render("package/webhooks.py.jinja", package / "webhooks.py", view_webhooks(api))
    schemas = api.schemas_by_name
    context = build_tests_context(api, config, schemas, errors)
    by_resource: defaultdict[str, list[OperationExamples]] = defaultdict(list)
    for item in examples:
        by_resource[item.method.resource].append(item)
    for resource in api.resources:
        own = by_resource[resource.name]
        view = view_resource(resource, [item.method for item in own], schemas, errors)
        yield renderer.render("package/resource.py.jinja", package / f"{resource.module}.py", view)
        tests = view_tests(resource, own, context)
        yield renderer.render("tests/test_resource.py.jinja", tests_path(resource), tests)


def tests_path(resource: ir.Resource) -> PurePosixPath:
    return PurePosixPath("tests") / f"test_{resource.module}.py"
