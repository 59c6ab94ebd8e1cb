"""What was rendered is read back; code that no template prints is refused."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from credkit_codegen.files import GeneratedFile
from credkit_codegen.package import generate_package
from credkit_codegen.profile import Profile
from credkit_codegen.verify import UnexpectedCode, verify_files

from .apis import make_api, make_config, make_operation, make_record


def verify(text: str, path: str = "credkit_record/credentials.py") -> None:
    verify_files([GeneratedFile(PurePosixPath(path), text)], make_api(), "credkit_record")


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import os\n", "an import of os"),
        ("from subprocess import run\n", "an import of subprocess"),
        ("__import__('os').system('true')\n", "a call of __import__"),
        ("exec('x')\n", "a call of exec"),
        ("X = f'{1}'\n", "a JoinedStr"),
        ("for x in y:\n    pass\n", "a For"),
        ("if 1:\n    pass\n", "a condition"),
        ("x = [i for i in y]\n", "a ListComp"),
        ("@eval\ndef f(): pass\n", "the decorator eval"),
        ("x = y = (z := 1)\n", "a NamedExpr"),
        ("class C(metaclass=evil()): pass\n", "a call of evil"),
        ("x = a.b.c()\n", "a call of a.b.c"),
        ("assert x\n", "a Assert"),
    ],
)
def test_code_that_no_template_prints_is_refused(code: str, what: str) -> None:
    with pytest.raises(UnexpectedCode, match=what):
        verify(code)


def test_broken_python_is_refused_with_its_place() -> None:
    with pytest.raises(UnexpectedCode, match=r"credkit_record/credentials\.py: not Python"):
        verify("x = (\n")


@pytest.mark.parametrize("code", ["return 1\n", "def f(a, a): pass\n", "def f():\n    await g\n"])
def test_what_parses_but_does_not_compile_is_refused(code: str) -> None:
    with pytest.raises(UnexpectedCode, match=r"credkit_record/credentials\.py: not Python"):
        verify(code)


def test_tests_may_assert_and_call_what_tests_call() -> None:
    verify("def test_x() -> None:\n    stub = RecordStub()\n    assert stub.a.b.calls == []\n", "tests/test_x.py")
    with pytest.raises(UnexpectedCode, match="a call of open"):
        verify("def test_x() -> None:\n    open('x')\n", "tests/test_x.py")


def test_an_operation_that_is_not_generated_is_an_error() -> None:
    api, config = make_record(), make_config()
    files = generate_package(api, config, Profile()).files
    assert verify_files(files, api, config.package.name) == ("issueCredentials", "getCredentialBatch")
    wider = make_api(operations=(*api.operations, make_operation("lost", "GET", "/lost")))
    with pytest.raises(UnexpectedCode, match="lost"):
        verify_files(files, wider, config.package.name)


def test_an_operation_whose_path_changed_on_the_way_is_an_error() -> None:
    api, config = make_record(), make_config()
    files = generate_package(api, config, Profile()).files
    changed = [
        GeneratedFile(file.path, file.text.replace('"/credentials/{batchId}"', '"/credentials/../{batchId}"'))
        for file in files
    ]
    with pytest.raises(UnexpectedCode, match="getCredentialBatch"):
        verify_files(changed, api, config.package.name)
