"""From a vendor's name to an issuer: keys, templates, configuration, guards."""

from __future__ import annotations

import builtins
import pickle
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import credkit
from credkit import IssueRequest, Person, Template, sandbox
from credkit.runtime.errors import InvalidCredential

PROGRAM = "prog_1779172339924_j3pr93"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credkit.toml and no keys of whoever runs the tests."""
    import os

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CREDKIT_")]:
        monkeypatch.delenv(name)


def test_the_example_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", "sk_test_sandbox")
    vendor = sandbox.record()
    issuer = credkit.connect("record", transport=vendor)
    result = issuer.issue(
        [IssueRequest(template=PROGRAM, subject=Person("Alice Johnson", "alice@example.com"), reference="enrol-1")],
        label="May 2025 Cohort",
    )
    seen: list[str] = []
    for item in result:
        match item:
            case credkit.Issued(credential=c):
                seen.append(str(c.url or c.offer))
            case credkit.Rejected(reason=r):
                seen.append(r.code)
            case credkit.Unknown() as u:
                seen.append(u.reason.code)
    assert len(seen) == 1
    assert seen[0].startswith("https://app.getrecord.in/credential/")
    assert next(reversed(vendor.state.batches.values()))[1].batch_name.startswith("May 2025 Cohort [ck-")


def test_no_key_says_where_one_could_come_from() -> None:
    with pytest.raises(credkit.MissingCredential, match="set CREDKIT_RECORD_TOKEN, or CREDKIT_RECORD_API_KEY"):
        credkit.connect("record")


def test_half_a_key_names_the_other_half(monkeypatch: pytest.MonkeyPatch) -> None:
    half = r"missing: client_secret\. "
    with pytest.raises(InvalidCredential, match=half + "Give client_secret= a value$"):
        credkit.connect("didx", client_id="a", host="x.test")
    monkeypatch.setenv("CREDKIT_DIDX_CLIENT_ID", "a")
    with pytest.raises(InvalidCredential, match=half + "Set CREDKIT_DIDX_CLIENT_SECRET$"):
        credkit.connect("didx", host="x.test")


def test_a_live_key_is_refused_in_a_test() -> None:
    vendor = sandbox.record()
    with pytest.raises(credkit.LiveCredentialRefused):
        credkit.connect("record", token="sk_live_sandbox", transport=vendor).issue(
            [IssueRequest(PROGRAM, Person("Alice", "alice@example.com"))]
        )
    assert not list(vendor.log)
    live = credkit.connect("record", token="sk_live_sandbox", transport=vendor, allow_live=True)
    assert live.mode == "live"


def test_the_environment_names_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = "123e4567-e89b-12d3-a456-426614174000"
    for name, value in {
        "API_KEY": "nchain-sandbox-admin",
        "ENVIRONMENT_ID": "sandbox",
        "CORRELATION_ID": "nchain",
        "ORGANISATION_PROFILE_ID": profile,
    }.items():
        monkeypatch.setenv(f"CREDKIT_NCHAIN_{name}", value)
    issuer = credkit.connect("nchain", transport=sandbox.nchain())
    assert len(issuer.issue([IssueRequest("exampleCredential", Person("Alice"))]).issued) == 1
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", "sk_test_x")
    monkeypatch.setenv("CREDKIT_RECORD_BASE_URL", "http://127.0.0.1:9/issuance")
    assert "127.0.0.1:9" in repr(credkit.connect("record").client)


def test_arguments_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", "sk_live_from_elsewhere")
    vendor = sandbox.record()
    assert credkit.connect("record", token=vendor.key, transport=vendor).mode == "test"
    other = credkit.connect("record", api_key=vendor.key, transport=vendor)
    assert other.mode == "test", "a key that was passed is not mixed with one that lies about"
    assert len(other.issue([IssueRequest(PROGRAM, Person("Alice", "alice@example.com"))]).issued) == 1


def test_templates_by_name() -> None:
    vendor = sandbox.record()
    for given in (PROGRAM, Template(PROGRAM), {"id": PROGRAM}):
        issuer = credkit.connect("record", token=vendor.key, transport=vendor, templates={"course": given})
        (one,) = issuer.issue([IssueRequest("course", Person("Alice", "alice@example.com"))]).issued
        assert one.credential.template == PROGRAM
        assert one.request.template == "course"
    for wrong in (7, "", {"name": "x"}, {"id": PROGRAM, "other": 1}):
        with pytest.raises(credkit.ConfigurationError, match="course"):
            credkit.connect("record", token=vendor.key, transport=vendor, templates={"course": wrong})


def test_a_configuration_file(tmp_path: Path) -> None:
    vendor = sandbox.record()
    (tmp_path / "credkit.toml").write_text(
        f'[vendors.record]\ntemplates = {{ course = "{PROGRAM}" }}\nsettle_after = 90\nconcurrency = 2\n'
        '[vendors.didx.templates.course]\nid = "tpl_1"\nsubject = { name = "fullName" }\n'
    )
    issuer = credkit.connect("record", token=vendor.key, transport=vendor)
    assert issuer.adapter.settle_after == timedelta(seconds=90)
    assert issuer.concurrency == 2
    assert issuer.adapter.template_id(IssueRequest("course", Person("x"))) == PROGRAM
    assert credkit.connect("record", token=vendor.key, transport=vendor, concurrency=9).concurrency == 9
    didx = credkit.connect("didx", token="x", transport=sandbox.didx())
    assert didx.adapter.template(IssueRequest("course", Person("x"))).subject == {"name": "fullName"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[vendors.record]\ntoken = 'sk_test_x'\n", "looks like a credential"),
        ("[vendors.record]\nsettle_after = 'soon'\n", "settle_after"),
        ("[vendors.record]\ntemplates = 3\n", "templates"),
        ("vendors = 3\n", "vendors"),
        ("[vendors.record\n", "cannot be read"),
        ("[vendors.record]\nbase_url = 'https://elsewhere.example'\n", "cannot set 'base_url'"),
        ("[vendors.record]\nallow_http = true\n", "cannot set 'allow_http'"),
    ],
)
def test_a_configuration_file_that_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "other.toml").write_text(text)
    with pytest.raises(credkit.ConfigurationError, match=said) as caught:
        credkit.connect("record", token="sk_test_x", config=tmp_path / "other.toml")
    assert "sk_test_x" not in str(caught.value)
    with pytest.raises(credkit.ConfigurationError, match="no file"):
        credkit.connect("record", token="sk_test_x", config=tmp_path / "missing.toml")


def test_what_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        credkit.connect("record", token="sk_test_x", colour="red")
    with pytest.raises(credkit.ConfigurationError, match="batch_size is 1 to 1000"):
        credkit.connect("beltic", api_key="sk_staging_x", batch_size=1001)


def test_a_client_of_ones_own() -> None:
    vendor = sandbox.record()
    client = vendor.client
    with credkit.connect("record", client=client) as issuer:
        assert issuer.client is client
    assert len(client.programs.list()) == 2, "it stays the caller's to close"


def test_a_missing_package_says_how_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("credkit_record"):
            raise ModuleNotFoundError(f"No module named {name!r}", name="credkit_record")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match="pip install PATH_OF_CLONE PATH_OF_CLONE/generated/record"):
        credkit.connect("record", token="sk_test_x")


def test_the_account_tells_keys_apart_and_none_of_them() -> None:
    one, two = (credkit.connect("record", token=f"sk_test_{name}") for name in ("one", "two"))
    again = credkit.connect_async("record", token="sk_test_one")
    assert one.account == again.account != two.account
    assert "sk_test" not in one.account
    first, second = (
        credkit.connect("didx", client_id="acme", client_secret=secret) for secret in ("old-secret", "new-secret")
    )
    assert first.account == second.account, "a new secret is the same account"
    elsewhere = credkit.connect("record", token="sk_test_one", base_url="https://other.example")
    assert elsewhere.account != one.account


def test_requests_travel_between_processes() -> None:
    request = IssueRequest(
        Template("x", extra={"a": 1}), Person("Alice", "a@b.c", attributes={"x": 1}), claims={"y": 2}, reference="r"
    )
    assert pickle.loads(pickle.dumps(request)) == request


def test_importing_the_facade_loads_no_vendor_and_no_http() -> None:
    code = (
        "import sys, credkit; credkit.connect; credkit.Issuer; credkit.Person; credkit.Ticket;"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in"
        " ('httpx', 'httpx2', 'credkit_record', 'credkit_beltic', 'credkit_didx', 'credkit_nchain', 'sqlite3')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_ticket_that_is_none() -> None:
    for text in ("", "[]", "{}", '{"v": 2}', '{"v": 1, "sent_at": "2025-01-01"}', '{"v": 1, "sent_at": 3}', "[" * 9999):
        with pytest.raises(credkit.InvalidArgument):
            credkit.Ticket.from_json(text)
