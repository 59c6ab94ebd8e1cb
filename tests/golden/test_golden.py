"""Every golden case becomes its tree; its code type-checks, its tests pass, and what it sends satisfies an independent judge."""

from __future__ import annotations

import difflib
import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from credkit.runtime.testing import StubCall, StubClient, StubServer

from .support import CASES, UPDATE, generate_case, package_of, tree

IDS = [case.name for case in CASES]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_document_becomes_its_tree(case: Path, tmp_path: Path) -> None:
    generate_case(case, tmp_path / "out")
    found, expected = tree(tmp_path / "out"), tree(case / "expected")
    differing = [path for path in sorted(found | expected) if found.get(path) != expected.get(path)]
    diff = "".join(
        line
        for path in differing
        for line in difflib.unified_diff(
            expected.get(path, "").splitlines(keepends=True), found.get(path, "").splitlines(keepends=True), path, path
        )
    )
    assert not differing, f"{case.name} becomes another tree; when that is meant, run `{UPDATE}`\n\n{diff}"


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_case_says_in_a_line_what_it_shows(case: Path) -> None:
    assert len((case / "README.md").read_text().splitlines()) == 1


def test_the_packages_pass_strict_type_checks(mypy_cache: Path) -> None:
    packages = [str(case / "expected" / package_of(case)) for case in CASES]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(str(case / "expected") for case in CASES)}
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={mypy_cache}", *packages]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert result.returncode == 0, result.stdout


def test_the_packages_pass_basic_lint() -> None:
    own = ",".join(f'"{package_of(case)}"' for case in CASES)
    settings = [f"lint.isort.known-first-party=[{own}]", 'lint.isort.known-third-party=["credkit", "pytest"]']
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select=E4,E7,E9,F,I",
        "--target-version=py311",
        "--line-length=120",
    ]
    options = [part for setting in settings for part in ("--config", setting)]
    folders = [str(case / "expected") for case in CASES]
    result = subprocess.run([*command, *options, *folders], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout


def test_the_generated_tests_pass(tmp_path: Path) -> None:
    for case in CASES:
        shutil.copytree(case / "expected", tmp_path / case.name)
    folders = os.pathsep.join(str(tmp_path / case.name) for case in CASES)
    environment = {**os.environ, "PYTHONPATH": folders, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        "-c",
        os.devnull,
    ]
    result = subprocess.run([*command, tmp_path], capture_output=True, text=True, timeout=300, env=environment)
    assert result.returncode == 0, result.stdout
    assert " passed" in result.stdout


# --- what is sent, judged by openapi-core ------------------------------------------------------------------------------


class Sent:
    """A request that reached a stub, as openapi-core reads requests."""

    host_url = "https://stub.invalid"

    def __init__(self, call: StubCall) -> None:
        self.path = call.path
        self.method = call.method.lower()
        self.body = call.content or None
        self.content_type = call.headers.get("content-type", "")
        cookies = dict(pair.strip().split("=", 1) for pair in call.headers.get("cookie", "").split(";") if pair)
        query = [(name, value) for name, values in call.query.items() for value in values]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(query), header=Headers(dict(call.headers)), cookie=ImmutableMultiDict(cookies)
        )


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The packages of all cases can be imported."""
    for case in CASES:
        monkeypatch.syspath_prepend(str(case / "expected"))
    yield
    for name in [name for name in sys.modules if name.startswith("golden_")]:
        del sys.modules[name]


def stub_of(case: Path) -> StubClient[Any, Any]:
    module = importlib.import_module(f"{package_of(case)}.testing")
    (stub,) = (
        value
        for name, value in vars(module).items()
        if name.endswith("Stub") and issubclass(value, StubClient) and value is not StubClient
    )
    made: StubClient[Any, Any] = stub()
    return made


def documented_calls(case: Path) -> list[tuple[str, Any]]:
    """The functions of the generated tests that make one call each."""
    found: list[tuple[str, Any]] = []
    for path in sorted((case / "expected" / "tests").glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"{package_of(case)}_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module: ModuleType = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.extend((name, value) for name, value in vars(module).items() if name.startswith("call_"))
    return found


def judge_of(case: Path) -> OpenAPI:
    """The case's document, as if it described the stub's address, without what the judge does not know."""
    data = yaml.load((case / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)
    if data["openapi"].startswith("3.2"):
        data["openapi"] = "3.1.0"
    return OpenAPI.from_dict({**known_to_judge(data), "servers": [{"url": "https://stub.invalid"}]})


def known_to_judge(data: Any) -> Any:
    """It takes bytes only for schemas that say nothing, and reads no 3.2."""
    if isinstance(data, list):
        return [known_to_judge(item) for item in data]
    if not isinstance(data, dict):
        return data
    if data.get("format") == "binary":
        return {}
    return {key: known_to_judge(value) for key, value in data.items() if key not in ("itemSchema", "servers")}


@pytest.mark.parametrize("case", CASES, ids=IDS)
@pytest.mark.usefixtures("modules")
@pytest.mark.filterwarnings("ignore:Unsupported scheme type")  # openapi-core does not judge OAuth2
def test_what_is_sent_satisfies_the_document(case: Path) -> None:
    judge = judge_of(case)
    for name, call in documented_calls(case):
        stub = stub_of(case)
        arrived = record_calls(stub)
        try:
            call(stub.client)
        except Exception as error:
            if not arrived:
                raise AssertionError(f"{name} was not sent") from error
        (sent,) = arrived
        judge.validate_request(Sent(sent))


def record_calls(stub: StubClient[Any, Any]) -> list[StubCall]:
    """The list in which every call of the stub arrives, whatever is answered."""
    arrived: list[StubCall] = []
    for operation in stub._all():
        operation.answers(arrived.append)
    return arrived


# --- the README ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=IDS)
@pytest.mark.usefixtures("modules")
def test_the_code_of_the_readme_runs(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = BLOCK.findall((case / "expected" / "README.md").read_text())
    stub = stub_of(case)
    with stub.serve() as server:
        point_clients_at(case, server, monkeypatch)
        for block in blocks:
            exec(compile(block, f"{case.name}/README.md", "exec"), {"__name__": "readme"})
    if any(operation.calls for operation in stub._all()):
        assert len(blocks) == 5


def point_clients_at(case: Path, server: StubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both clients talk to the stub unless they are told otherwise."""
    package = importlib.import_module(package_of(case))
    for name in package.__all__:
        client = getattr(package, name)
        if not isinstance(client, type):
            continue

        def make(*args: Any, _client: type = client, **options: Any) -> Any:
            return _client(*args, **{"base_url": server.base_url, **options})

        monkeypatch.setattr(package, name, make)
