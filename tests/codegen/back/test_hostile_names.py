"""Names of a document that fall together in Python, in a file system or with what generated code needs for itself."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from credkit.runtime import ClientOptions
from credkit_codegen import names
from credkit_codegen.build import build_api
from credkit_codegen.config import default_config
from credkit_codegen.diagnostics import SpecError
from credkit_codegen.files import GeneratedFile
from credkit_codegen.load import load_document
from credkit_codegen.normalise import normalise_document
from credkit_codegen.package import generate_package
from credkit_codegen.profile import Profile
from credkit_codegen.resolve import resolve_document
from credkit_codegen.write import write_files

UUID = {"type": "string", "format": "uuid"}


def operation(operation_id: str, tag: str = "things", schema: Any = None, **more: Any) -> dict[str, Any]:
    answer = {"description": "Done.", "content": {"application/json": {"schema": schema or {"type": "string"}}}}
    return {"get": {"operationId": operation_id, "tags": [tag], "responses": {"200": answer}, **more}}


def generated(tmp_path: Path, paths: dict[str, Any], **top: Any) -> dict[str, GeneratedFile]:
    spec = tmp_path / "openapi.json"
    document = {"openapi": "3.1.0", "info": {"title": "Odd", "version": "1"}, "paths": paths, **top}
    spec.write_text(json.dumps(document), encoding="utf-8")
    documents = normalise_document(resolve_document(load_document(spec), root=tmp_path))
    config = default_config("credkit_odd")
    files = generate_package(build_api(documents, config), config, Profile()).files
    write_files(files, tmp_path / "out", before={})
    return {str(file.path): file for file in files}


def run_tests(tmp_path: Path) -> None:
    """The generated tests, which make every call."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    result = subprocess.run(
        command,
        cwd=tmp_path / "out",
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # plugins are most of the time, and needed by none
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def defined(file: GeneratedFile) -> list[str]:
    kinds = ast.ClassDef | ast.FunctionDef
    return [node.name for node in ast.parse(file.text).body if isinstance(node, kinds)]


def test_tags_of_which_one_is_called_like_a_class_made_for_another(tmp_path: Path) -> None:
    tags = ["Pet", "AsyncPet", "PetRaw", "PetStub", "OddStub", "AsyncOdd", "Odd"]
    files = generated(tmp_path, {f"/{tag}": operation(f"op_{tag}", tag) for tag in tags})
    stubs = defined(files["credkit_odd/testing.py"])
    assert len(stubs) == len(set(stubs)) == len(tags) + 1
    classes = [item for path in files if path.count("/") == 1 and path.startswith("credkit_odd/") and path.endswith(".py")
               for item in defined(files[path]) if not item.endswith("Error")]  # fmt: skip
    assert len(classes) == len(set(classes))
    run_tests(tmp_path)


def test_files_that_a_file_system_could_take_for_one(tmp_path: Path) -> None:
    tags = ["straße", "strasse", "con", "lazy", "t" * 300]
    files = generated(tmp_path, {f"/{number}": operation(f"op{number}", tag) for number, tag in enumerate(tags)})
    assert len({path.casefold() for path in files}) == len(files)
    assert all(len(Path(path).name.encode()) < 200 for path in files)
    assert not {"con.py", "lazy.py"} & {Path(path).name for path in files}
    run_tests(tmp_path)


def test_a_constant_hides_no_type_and_no_argument_hides_a_constant(tmp_path: Path) -> None:
    parameters = [{"name": "宠物", "in": "query", "schema": UUID}]
    paths = {"/uuid": operation("uuid", schema=UUID), "/pets": operation("宠物", "宠物", parameters=parameters)}
    generated(tmp_path, paths)
    run_tests(tmp_path)


@pytest.mark.parametrize(
    "tag", ["cached_property", "str", "lazy", "API", "Client", "property", "__init__", "../x", "🎉"]
)
def test_a_resource_hides_nothing_that_the_client_needs(tmp_path: Path, tag: str) -> None:
    generated(tmp_path, {"/a": operation("first", tag), "/b": operation("second", "other")})
    run_tests(tmp_path)


def test_calls_of_tests_are_told_apart(tmp_path: Path) -> None:
    query = {"name": "q", "in": "query", "schema": {"type": "string"}}
    examples = {"all": {"value": "1"}, "few": {"value": "2"}}
    paths = {"/a": operation("get", parameters=[{**query, "examples": examples}]), "/b": operation("getAll")}
    functions = defined(generated(tmp_path, paths)["tests/test_things.py"])
    assert len(functions) == len(set(functions))
    run_tests(tmp_path)


def test_server_variables_called_like_an_option_of_clients(tmp_path: Path) -> None:
    wanted = [*ClientOptions.__annotations__, "super", "str", "self", "options", "api"]
    variables = {name: {"default": "x"} for name in wanted}
    url = "https://example.com/" + "/".join(f"{{{name}}}" for name in wanted)
    files = generated(tmp_path, {"/a": operation("first")}, servers=[{"url": url, "variables": variables}])
    client, _ = [node for node in ast.parse(files["credkit_odd/client.py"].text).body if isinstance(node, ast.ClassDef)]
    (constructor,) = [node for node in client.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    arguments = {argument.arg for argument in constructor.args.kwonlyargs}
    assert len(arguments) == len(wanted) + 1
    assert not arguments & set(wanted)
    run_tests(tmp_path)


def test_names_of_files_are_short_and_folded() -> None:
    assert names.module_name("Straße") == "strasse"
    assert len(names.module_name("🎉" + "é" * 300).encode()) <= 140
    assert names.constant_name("宠物") == "OPERATION_宠物"
    assert names.constant_name("uuid") == "UUID_"


@pytest.mark.parametrize("path", ["blocked/b.py", f"{'x' * 300}.py"])
def test_nothing_is_written_when_a_file_cannot_be(tmp_path: Path, path: str) -> None:
    (tmp_path / "blocked").write_text("somebody's file", encoding="utf-8")
    files = (GeneratedFile(PurePosixPath("a.py"), "A = 1\n"), GeneratedFile(PurePosixPath(path), "B = 1\n"))
    with pytest.raises(SpecError, match="expected a file inside the generated folder"):
        write_files(files, tmp_path, before={})
    assert [item.name for item in tmp_path.iterdir()] == ["blocked"]


def test_variables_of_several_servers_and_credentials_are_told_apart(tmp_path: Path) -> None:
    servers = [
        {"url": "https://{token}/{a-b}", "variables": {"token": {"default": "h"}, "a-b": {"default": "x"}}},
        {"url": "https://h/{a_b}", "variables": {"a_b": {"default": "y"}}},
    ]
    schemes = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    paths = {"/a": operation("first", security=[{"key": []}])}
    generated(tmp_path, paths, servers=servers, components=schemes)
    run_tests(tmp_path)


def test_members_called_like_what_our_own_functions_take(tmp_path: Path) -> None:
    names_ = ("function", "arguments", "keywords", "name", "operation", "call", "path", "schema", "args", "kwargs")
    members = {name: {"type": "string", "example": name} for name in names_}
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object", "properties": members}}}}
    query = [{"name": name, "in": "query", "schema": {"type": "string"}, "example": name} for name in names_]
    posted = operation("run", requestBody=body)
    generated(tmp_path, {"/run": {"post": posted["get"]}, "/find": operation("find", parameters=query)})
    run_tests(tmp_path)


def test_schemas_called_like_classes_of_python(tmp_path: Path) -> None:
    others = {"type": "array", "items": {"$ref": "#/components/schemas/Warning"}}
    fault = {"type": "object", "properties": {"cause": {"$ref": "#/components/schemas/Exception"}, "warnings": others}}
    schemas = {"Exception": fault, "Report": fault, "Warning": fault}
    files = generated(
        tmp_path,
        {"/report": operation("report", schema={"$ref": "#/components/schemas/Report"})},
        components={"schemas": schemas},
    )
    assert "warnings: Omittable[list[WarningSchema]]" in files["credkit_odd/models.py"].text
    run_tests(tmp_path)
