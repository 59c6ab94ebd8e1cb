"""client.toml: every fault in it is listed, nothing unknown is taken in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from credkit.runtime.pointers import find
from credkit_codegen.config import BodyMode, default_config, load_config
from credkit_codegen.diagnostics import SpecError

WHOLE = """
[package]
name = "credkit_record"
client = "Record"
version = "1.2.3"
license = "Apache-2.0"
[envelope]
unwrap = "data"
[credentials]
bearerAuth = "token"
oauth2 = { client_id = "client_id", client_secret = "client_secret", token = "access_token" }
[server_variables]
ENV = "environment"
[errors]
code = ["/code"]
message = ["/message"]
[modes]
keys = { "sk_test_" = "test", "sk_live_" = "live" }
response = ["/mode", "/*/mode"]
[resources.credentials]
description = "Batches."
[operations.issueCredentials]
name = "credentials.issue"
body = "argument"
arguments = { "filter.id" = "id" }
unwrap = ""
[schemas.RecipientInput]
name = "Recipient"
newtype = true
fields = { "someName" = "other" }
[lint]
profile = "strict"
disable = { "rule-id" = "reason" }
"""


def load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "client.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_everything(tmp_path: Path) -> None:
    path = tmp_path / "client.toml"
    path.write_text(WHOLE)
    config = load_config(path)
    assert (config.package.name, config.package.client, config.package.async_client) == (
        "credkit_record",
        "Record",
        "AsyncRecord",
    )
    assert (config.package.version, config.package.license, config.package.distribution) == (
        "1.2.3",
        "Apache-2.0",
        "credkit-record",
    )
    assert config.unwrap == "data"
    assert config.credentials == {
        "bearerAuth": {"": "token"},
        "oauth2": {"client_id": "client_id", "client_secret": "client_secret", "token": "access_token"},
    }
    assert config.server_variables == {"ENV": "environment"}
    assert (config.errors.code, config.errors.message) == (("/code",), ("/message",))
    assert (config.modes.keys, config.modes.response) == (
        {"sk_test_": "test", "sk_live_": "live"},
        ("/mode", "/*/mode"),
    )
    assert config.resources["credentials"].description == "Batches."
    operation = config.operations["issueCredentials"]
    assert (operation.name, operation.body, operation.arguments, operation.unwrap) == (
        "credentials.issue",
        BodyMode.ARGUMENT,
        {"filter.id": "id"},
        "",
    )
    assert config.schemas["RecipientInput"].fields == {"someName": "other"}
    assert config.schemas["RecipientInput"].newtype


def test_defaults() -> None:
    config = default_config("credkit_my_vendor")
    assert (config.package.name, config.package.client, config.package.version) == (
        "credkit_my_vendor",
        "MyVendor",
        "0.1.0",
    )
    assert default_config("class").package.name == "class_"
    assert default_config("client").package.client == "ClientApi"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "package.name: expected a Python import name such as credkit_record; got nothing"),
        ('[package]\nname = "a-b"', "package.name: expected a Python import name such as credkit_record; got 'a-b'"),
        (
            '[package]\nname = "a"\ncolour = 1',
            "package.colour: expected one of name, client, version, license, formatter; got 'colour'",
        ),
        (
            '[package]\nname = "a"\nclient = "class"',
            "package.client: expected a Python class name that is free; got 'class'",
        ),
        (
            '[package]\nname = "a"\n[operations.x]\nname = "list"',
            "operations.x.name: expected resource.method, both free Python names in snake_case; got 'list'",
        ),
        (
            '[package]\nname = "a"\n[operations.x]\nbody = "whole"',
            'operations.x.body: expected "spread" or "argument"; got \'whole\'',
        ),
        (
            '[package]\nname = "a"\n[operations.x.arguments]\na = "self"',
            "operations.x.arguments.a: expected a free Python name in snake_case; got 'self'",
        ),
        (
            '[package]\nname = "a"\n[schemas.A]\nname = "a"',
            "schemas.A.name: expected a Python class name that is free; got 'a'",
        ),
        (
            '[package]\nname = "a"\n[schemas.A.fields]\nx = "model_config"',
            "schemas.A.fields.x: expected a free Python name in snake_case; got 'model_config'",
        ),
        (
            '[package]\nname = "a"\n[errors]\ncode = "code"',
            "errors.code: expected a list of JSON pointers such as [\"/code\"]; got 'code'",
        ),
        ('[package]\nname = "a"\n[credentials]\nx = 3', "credentials.x: expected a table; got 3"),
        ('[package]\nname = "a"\n[lint]\ndisable = ["x"]', "lint.disable: expected a table; got ['x']"),
        ('[package]\nname = "a"\n[lint.disable]\nx = 3', "lint.disable.x: expected a string; got 3"),
        ('[package]\nname = "a"\n[modes]\nresponse = ["mode"]', "modes.response: expected a list of JSON pointers"),
        ('[packages]\nname = "a"', "packages: expected one of package, envelope"),
    ],
)
def test_faults(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, text)
    assert any(item.message.startswith(message) for item in caught.value.diagnostics), [
        item.message for item in caught.value.diagnostics
    ]
    assert {item.rule for item in caught.value.diagnostics} == {"config-invalid"}


def test_all_faults_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, '[package]\nname = "1"\nclient = 3\n[envelope]\nwrap = "x"\n')
    assert len(caught.value.diagnostics) == 3


def test_what_is_no_toml(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="expected TOML; got a syntax error"):
        load(tmp_path, "name = ")
    with pytest.raises(SpecError, match="expected a readable file"):
        load_config(tmp_path / "none.toml")


def test_the_usual_places_of_a_message_include_lists_of_what_is_wrong() -> None:
    lists = {"detail": [{"loc": ["body", "name"], "msg": "Field required", "type": "missing"}]}
    for body, message in ((lists, "Field required"), ({"detail": "Not found"}, "Not found")):
        found = (find(body, pointer) for pointer in default_config("x").errors.message)
        assert next(text for text in found if isinstance(text, str)) == message
