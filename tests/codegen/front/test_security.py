"""Security schemes, requirements, credentials and servers at every level."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from credkit_codegen import ir
from credkit_codegen.config import load_config
from credkit_codegen.ir import SchemeKind

from .support import Build, document, operation

SCHEMES: dict[str, Any] = {
    "bearerAuth": {"type": "http", "scheme": "Bearer"},
    "basicAuth": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "name": "X-Api-Key", "in": "header"},
    "oauth": {"type": "oauth2", "flows": {"authorizationCode": {"tokenUrl": "https://a/t", "scopes": {"x": ""}},
                                          "clientCredentials": {"tokenUrl": "https://a/token", "scopes": {"read": "", "write": ""}}}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://a"},
    "mtls": {"type": "mutualTLS"},
    "digest": {"type": "http", "scheme": "digest"},
}  # fmt: skip
OK = {"responses": {"200": {"description": ""}}}


def arguments(api: ir.Api) -> dict[str, tuple[tuple[str, str], ...]]:
    return {scheme.api_name: scheme.arguments for scheme in api.schemes}


def test_kinds_and_their_arguments(build: Build) -> None:
    api = build(document(components={"securitySchemes": SCHEMES}))
    assert [scheme.kind for scheme in api.schemes] == [
        SchemeKind.BEARER,
        SchemeKind.BASIC,
        SchemeKind.API_KEY,
        SchemeKind.OAUTH2,
        SchemeKind.OPEN_ID,
        SchemeKind.MUTUAL_TLS,
        SchemeKind.OTHER_HTTP,
    ]
    assert arguments(api) == {
        "bearerAuth": (("bearer", "bearer_auth"),),
        "basicAuth": (("basic_username", "username"), ("basic_password", "password")),
        "key": (("api_key", "api_key"),),
        "oauth": (
            ("oauth2_token", "oauth_token"),
            ("oauth2_client_id", "client_id"),
            ("oauth2_client_secret", "client_secret"),
        ),
        "oidc": (("bearer", "oidc"),),
        "mtls": (),
        "digest": (("bearer", "digest"),),
    }
    oauth = api.schemes[3]
    assert (oauth.flow, oauth.token_url, oauth.scopes) == (
        "clientCredentials",
        "https://a/token",
        ("x", "read", "write"),
    )


def test_one_scheme_has_the_short_name(build: Build) -> None:
    for name, expected in (("bearerAuth", "token"), ("key", "api_key"), ("oidc", "token")):
        assert arguments(build(document(components={"securitySchemes": {name: SCHEMES[name]}})))[name][0][1] == expected


def test_configured_credentials(build: Build, tmp_path: Path) -> None:
    (tmp_path / "client.toml").write_text(
        '[package]\nname = "x"\n[credentials]\nbearerAuth = "token"\noauth = { client_id = "client_id", client_secret = "secret" }\n'
    )
    api = build(document(components={"securitySchemes": SCHEMES}), config=load_config(tmp_path / "client.toml"))
    assert arguments(api)["bearerAuth"] == (("bearer", "token"),)
    assert arguments(api)["oauth"] == (("oauth2_client_id", "client_id"), ("oauth2_client_secret", "secret"))


def test_requirements_at_every_level(build: Build) -> None:
    paths = {
        "/a": {
            "get": {"operationId": "inherits", **OK},
            "put": {"operationId": "none", "security": [], **OK},
            "post": {"operationId": "own", "security": [{"key": None}, {"bearerAuth": [], "mtls": []}, {}], **OK},
            "delete": {"operationId": "unknown", "security": [{"nope": []}, {"key": ["role"]}], **OK},
        }
    }
    api = build(document(paths=paths, components={"securitySchemes": SCHEMES}, security=[{"oauth": ["read"]}]))
    of = {item.operation_id: [requirement.schemes for requirement in item.security] for item in api.operations}
    assert of == {
        "inherits": [(("oauth", ("read",)),)],
        "none": [],
        "own": [(("key", ()),), (("bearerAuth", ()), ("mtls", ())), ()],
        "unknown": [(("key", ("role",)),)],
    }
    assert operation(api, "unknown").degraded == (
        '/paths/~1a/delete/security/0: security scheme "nope" is not defined; this alternative is left out',
    )


def test_variables_that_a_server_does_not_describe(build: Build) -> None:
    variables = {"region": {"default": "us", "enum": ["us", "de"]}}
    paths = {"/a": {"get": {"operationId": "a", "servers": [{"url": "https://{region}.{host name}/{region}"}], **OK}}}
    api = build(document(paths=paths, servers=[{"url": "https://{region}.x", "variables": variables}]))
    region = ir.ServerVariable(name="region", api_name="region", default="us", enum=("us", "de"))
    assert api.servers[0].variables == (region,)
    host = ir.ServerVariable(name="host_name", api_name="host name", default=None)
    assert operation(api, "a").servers[0].variables == (region, host)


def test_servers_at_every_level(build: Build) -> None:
    variables = {
        "env-id": {"default": "$ENV", "x-required": True},
        "port": {"default": 8443, "enum": [8443, 443]},
        "timeout": {"default": "x"},
    }
    paths = {
        "/a": {
            "servers": [{"url": "https://path"}],
            "get": {"operationId": "a", **OK},
            "put": {"operationId": "b", "servers": [{"url": "https://own"}], **OK},
        },
        "/b": {"get": {"operationId": "c", **OK}},
    }
    api = build(document(paths=paths, servers=[{"url": "https://{env-id}:{port}/{timeout}", "variables": variables}]))
    assert api.servers[0].variables == (
        ir.ServerVariable(name="env_id", api_name="env-id", default=None),
        ir.ServerVariable(name="port", api_name="port", default="8443", enum=("8443", "443")),
        ir.ServerVariable(name="timeout_2", api_name="timeout", default="x"),
    )
    assert [[server.url for server in operation(api, name).servers] for name in "abc"] == [
        ["https://path"],
        ["https://own"],
        [],
    ]
