"""A delivery becomes an event or a typed refusal, whatever it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.runtime.errors import ApiError, ConfigurationError, DriftError
from credkit.runtime.models import Model, OtherStr, UnknownVariant
from credkit.runtime.testing import FakeClock
from credkit.runtime.webhooks import (
    HmacSignature,
    MalformedWebhook,
    MemoryReplayStore,
    MissingSignature,
    ReplayCheckFailed,
    ReplayedWebhook,
    ReplayStore,
    SQLiteReplayStore,
    StaleWebhook,
    StandardWebhooks,
    UnverifiedWebhook,
    Webhook,
    WebhookError,
    WebhookEvent,
    Webhooks,
    WebhookSecretError,
)

NOW = 1_750_000_000
SECRET = "hook-secret-canary"
WHSEC = "whsec_" + base64.b64encode(b"standard secret of some length").decode()


class Offered(Model):
    eventType: Literal["issuance.offered"]
    id: str


class Completed(Model):
    eventType: Literal["issuance.completed"] | OtherStr
    id: str


Event = Offered | Completed | UnknownVariant
KINDS = (
    Webhook("offered", lambda: Offered, match=("/eventType", "issuance.offered")),
    Webhook("completed", lambda: Completed, match=("/eventType", "issuance.completed")),
    Webhook("untyped", match=("/kind/version", 2)),
)
HMAC = HmacSignature(header="X-Signature", timestamp_header="X-Timestamp", prefix="sha256=")
UNSIGNED: Webhooks[Event] = Webhooks(KINDS, id_header="webhook-id")
SIGNED: Webhooks[Event] = Webhooks(KINDS, id_header="webhook-id", signature=HMAC)
STANDARD: Webhooks[Event] = Webhooks(KINDS, signature=StandardWebhooks())
BODY = b'{"eventType": "issuance.offered", "id": "iss_1"}'


def _hmac_headers(body: bytes = BODY, at: int = NOW, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"x-signature": f"sha256={digest}", "X-TIMESTAMP": str(at)}


def _standard_headers(body: bytes = BODY, at: int = NOW, id_: str = "msg_1", secret: str = WHSEC) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": id_, "webhook-timestamp": str(at), "webhook-signature": signature}


def _parse(
    webhooks: Webhooks[Event], headers: Mapping[str, str], body: bytes | str = BODY, **options: Any
) -> WebhookEvent[Event]:
    return webhooks.parse(headers, body, clock=FakeClock(NOW), **options)


# --- what comes out --------------------------------------------------------------------------------------------------


def test_an_unsigned_event_is_typed_and_not_verified() -> None:
    event = _parse(UNSIGNED, {"Webhook-Id": "msg_1"})
    assert isinstance(event.data, Offered)
    assert (event.name, event.verified, event.id, event.sent_at) == ("offered", False, "msg_1", None)


def test_a_signed_event_is_verified_and_dated() -> None:
    for webhooks, headers, secret in [(SIGNED, _hmac_headers(), SECRET), (STANDARD, _standard_headers(), WHSEC)]:
        event = _parse(webhooks, headers, secret=secret)
        assert event.verified
        assert event.sent_at is not None
        assert event.sent_at.timestamp() == NOW


def test_without_a_secret_a_signed_event_is_not_verified() -> None:
    assert _parse(SIGNED, _hmac_headers()).verified is False


def test_text_and_bytes_are_the_same_delivery() -> None:
    assert _parse(SIGNED, _hmac_headers(), BODY.decode(), secret=SECRET).verified


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        ({"eventType": "issuance.completed", "id": "i"}, "completed", Completed),
        ({"eventType": "issuance.invented", "id": "i"}, "", UnknownVariant),
        ({"kind": {"version": 2}}, "untyped", dict),
        ({"kind": {"version": True}}, "", UnknownVariant),
        ({"kind": {"version": 2.0}}, "", UnknownVariant),
        ({}, "", UnknownVariant),
    ],
)
def test_the_kind_is_what_the_pointer_says(data: dict[str, Any], name: str, kind: type) -> None:
    event = _parse(UNSIGNED, {}, json.dumps(data))
    assert event.name == name
    assert type(event.data) is kind


def test_the_only_kind_needs_no_pointer() -> None:
    only: Webhooks[Completed] = Webhooks((Webhook("completed", lambda: Completed),))
    assert only.parse({}, '{"eventType": "new", "id": "x"}').name == "completed"


def test_drift_is_reported_or_refused() -> None:
    body = b'{"eventType": "issuance.offered", "id": 5}'
    assert [drift.pointer for drift in _parse(UNSIGNED, {}, body).drift] == ["/id"]
    with pytest.raises(DriftError):
        _parse(UNSIGNED, {}, body, strict=True)


# --- what is refused -------------------------------------------------------------------------------------------------


def _tampered(headers: dict[str, str], name: str, value: str | None) -> dict[str, str]:
    found = next(key for key in headers if key.lower() == name.lower())
    rest = {key: old for key, old in headers.items() if key != found}
    return rest if value is None else {**rest, found: value}


_GOOD = _hmac_headers()["x-signature"]


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("X-Signature", None, MissingSignature),
        ("X-Timestamp", None, MissingSignature),
        ("X-Signature", "", MalformedWebhook),
        ("X-Signature", "sha256=", MalformedWebhook),
        ("X-Signature", _GOOD.removeprefix("sha256="), MalformedWebhook),
        ("X-Signature", f" {_GOOD}", MalformedWebhook),
        ("X-Signature", f"{_GOOD} ", MalformedWebhook),
        ("X-Signature", f"{_GOOD}\n", MalformedWebhook),
        ("X-Signature", _GOOD[:-1], MalformedWebhook),
        ("X-Signature", _GOOD[:-2], UnverifiedWebhook),
        ("X-Signature", "sha256=zz", MalformedWebhook),
        ("X-Signature", "sha256=١٢", MalformedWebhook),
        ("X-Signature", "sha256=" + "0" * 64, UnverifiedWebhook),
        ("X-Signature", "sha256=" + "00" * 5000, MalformedWebhook),
        ("X-Timestamp", str(NOW + 1), UnverifiedWebhook),
        ("X-Timestamp", f"0{NOW}", UnverifiedWebhook),
        ("X-Timestamp", f"{NOW}.0", MalformedWebhook),
        ("X-Timestamp", f" {NOW}", MalformedWebhook),
        ("X-Timestamp", f"+{NOW}", MalformedWebhook),
        ("X-Timestamp", "1_750_000_000", MalformedWebhook),
        ("X-Timestamp", "١٧٥٠٠٠٠٠٠٠", MalformedWebhook),
        ("X-Timestamp", "", MalformedWebhook),
        ("X-Timestamp", "9" * 5000, MalformedWebhook),
        ("X-Timestamp", "NaN", MalformedWebhook),
    ],
)
def test_a_header_that_was_touched_is_refused(name: str, value: str | None, refusal: type[WebhookError]) -> None:
    with pytest.raises(refusal) as caught:
        _parse(SIGNED, _tampered(_hmac_headers(), name, value), secret=SECRET)
    assert isinstance(caught.value, ApiError)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("webhook-signature", None, MissingSignature),
        ("webhook-signature", "v2,abcd", MissingSignature),
        ("webhook-signature", "v1a,abcd", MissingSignature),
        ("webhook-signature", "v1", MalformedWebhook),
        ("webhook-signature", "v1,", MalformedWebhook),
        ("webhook-signature", "v1,a", MalformedWebhook),
        ("webhook-signature", "v1,!!!!", MalformedWebhook),
        ("webhook-signature", "v1,é===", MalformedWebhook),
        ("webhook-signature", "v1,QUI=", UnverifiedWebhook),
        ("webhook-signature", "v1,QUJ=", MalformedWebhook),
        ("webhook-signature", "v1,QQ== " * 17, MalformedWebhook),
        ("webhook-id", None, MissingSignature),
        ("webhook-id", "", MalformedWebhook),
        ("webhook-id", "a.b", MalformedWebhook),
        ("webhook-id", "a b", MalformedWebhook),
        ("webhook-id", "other", UnverifiedWebhook),
        ("webhook-timestamp", "soon", MalformedWebhook),
    ],
)
def test_a_standard_header_that_was_touched_is_refused(
    name: str, value: str | None, refusal: type[WebhookError]
) -> None:
    with pytest.raises(refusal):
        _parse(STANDARD, _tampered(_standard_headers(), name, value), secret=WHSEC)


@pytest.mark.parametrize("webhooks", [SIGNED, STANDARD])
def test_another_body_is_refused(webhooks: Webhooks[Event]) -> None:
    headers = _hmac_headers() | _standard_headers()
    secret = SECRET if webhooks is SIGNED else WHSEC
    for body in (BODY + b" ", BODY[:-1], BODY.replace(b"iss_1", b"iss_2"), b""):
        with pytest.raises(UnverifiedWebhook):
            _parse(webhooks, headers, body, secret=secret)


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)])
def test_a_delivery_may_be_so_old_and_no_older(age: int, fresh: bool) -> None:
    for webhooks, headers, secret in [
        (SIGNED, _hmac_headers(at=NOW - age), SECRET),
        (STANDARD, _standard_headers(at=NOW - age), WHSEC),
    ]:
        if fresh:
            assert _parse(webhooks, headers, secret=secret).verified
        else:
            with pytest.raises(StaleWebhook):
                _parse(webhooks, headers, secret=secret)
    assert _parse(SIGNED, _hmac_headers(at=NOW - 900), secret=SECRET, tolerance=1000).verified


def test_a_stale_forgery_is_called_a_forgery() -> None:
    with pytest.raises(UnverifiedWebhook) as caught:
        _parse(SIGNED, _hmac_headers(at=0, secret="other"), secret=SECRET)
    assert type(caught.value) is UnverifiedWebhook


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"<html>",
        b"null trailing",
        b"[" * 100_000,
        b'"\\ud800"',
        b'{"eventType": "issuance.offered"',
    ],
)
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedWebhook):
        _parse(UNSIGNED, {}, body)
    with pytest.raises(MalformedWebhook):
        _parse(SIGNED, _hmac_headers(body), body, secret=SECRET)


@pytest.mark.parametrize("body", [b"5", b'"text"', b"[]", b"null"])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedWebhook):
        _parse(UNSIGNED, {}, body)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (None, BODY),
        ([("a", "b")], BODY),
        ({"a": b"bytes"}, BODY),
        ({1: "x"}, BODY),
        ({"X-Signature": "a", "x-signature": "b"}, BODY),
        ({}, None),
        ({}, 5),
        ({}, {"eventType": "issuance.offered"}),
        ({}, "\ud800"),
    ],
)
def test_what_is_no_delivery_at_all_is_refused(headers: Any, body: Any) -> None:
    with pytest.raises(MalformedWebhook):
        _parse(UNSIGNED, headers, body)


@given(
    headers=st.dictionaries(
        st.sampled_from(["X-Signature", "x-timestamp", "webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.text() | st.sampled_from([str(NOW), "v1,QUI=", "sha256=00"]),
    ),
    body=st.binary() | st.just(BODY),
)
def test_only_typed_refusals_come_out(headers: dict[str, str], body: bytes) -> None:
    for webhooks, secret in ((SIGNED, SECRET), (STANDARD, WHSEC)):
        with pytest.raises(WebhookError):
            _parse(webhooks, headers, body, secret=secret)


@pytest.mark.parametrize("secret", ["", [], ["", SECRET], "with\nline", [5]])
def test_a_secret_that_cannot_be_one_is_a_matter_of_configuration(secret: Any) -> None:
    with pytest.raises(WebhookSecretError) as caught:
        _parse(SIGNED, _hmac_headers(), secret=secret)
    assert isinstance(caught.value, ConfigurationError)


def test_a_secret_for_a_vendor_that_does_not_sign_is_refused() -> None:
    with pytest.raises(WebhookSecretError):
        _parse(UNSIGNED, {}, secret=SECRET)
    with pytest.raises(WebhookSecretError):
        _parse(STANDARD, _standard_headers(), secret="whsec_not base64")


def test_secrets_can_be_changed_without_a_gap() -> None:
    other = "whsec_" + base64.b64encode(b"the next secret").decode()
    for secret in (WHSEC, other):
        assert _parse(STANDARD, _standard_headers(secret=secret), secret=[WHSEC, other]).verified
    both = _standard_headers()
    both["webhook-signature"] = (
        f"v2,x {_standard_headers(secret=other)['webhook-signature']} {both['webhook-signature']}"
    )
    assert _parse(STANDARD, both, secret=WHSEC).verified


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def compare(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return real(left, right)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    headers = _standard_headers()
    headers["webhook-signature"] = f"{headers['webhook-signature']} v1,QUI="
    assert _parse(STANDARD, headers, secret=[WHSEC, WHSEC]).verified
    assert len(compared) == 4  # every signature with every secret: the first match ends nothing


# --- other ways to sign ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha1"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("template", ["{body}", "{id}:{body}:{timestamp}", "v0:{timestamp}:{body}", "{body}{body}"])
def test_hmac_in_every_form(algorithm: str, encoding: Literal["hex", "base64"], template: str) -> None:
    signature = HmacSignature(
        header="S", timestamp_header="T", id_header="I", algorithm=algorithm, encoding=encoding, template=template
    )
    message = template.replace("{id}", "id-1").replace("{timestamp}", str(NOW)).encode().replace(b"{body}", BODY)
    digest = hmac.new(SECRET.encode(), message, algorithm).digest()
    text = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    webhooks: Webhooks[Event] = Webhooks(KINDS, signature=signature)
    event = _parse(webhooks, {"S": text, "T": str(NOW), "I": "id-1"}, secret=SECRET)
    assert (event.verified, event.id) == (True, "id-1")
    assert (event.sent_at is not None) == ("{timestamp}" in template)


def test_placeholders_in_values_are_no_placeholders() -> None:
    signature = HmacSignature(header="S", id_header="I", template="{id}.{body}")
    webhooks: Webhooks[Event] = Webhooks(KINDS, signature=signature)
    message = b"{body}." + BODY
    digest = hmac.new(SECRET.encode(), message, "sha256").hexdigest()
    assert _parse(webhooks, {"S": digest, "I": "{body}"}, secret=SECRET).id == "{body}"


def test_a_signature_that_cannot_be_checked_is_a_matter_of_configuration() -> None:
    for signature in (HmacSignature(header="S"), HmacSignature(header="S", template="{body}", algorithm="md5")):
        webhooks: Webhooks[Event] = Webhooks(KINDS, signature=signature)
        with pytest.raises(WebhookSecretError):
            _parse(webhooks, {"S": "00"}, secret=SECRET)


# --- replay ----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ReplayStore:
    return MemoryReplayStore() if request.param == "memory" else SQLiteReplayStore(tmp_path / "seen.db")


@pytest.mark.parametrize(
    ("webhooks", "headers", "secret"),
    [
        (SIGNED, _hmac_headers(), SECRET),
        (STANDARD, _standard_headers(), WHSEC),
        (UNSIGNED, {"webhook-id": "1"}, None),
        (UNSIGNED, {}, None),
    ],
)
def test_a_delivery_is_taken_once(
    store: ReplayStore, webhooks: Webhooks[Event], headers: dict[str, str], secret: str | None
) -> None:
    event = _parse(webhooks, headers, secret=secret, replay=store)
    with pytest.raises(ReplayedWebhook):
        _parse(webhooks, headers, secret=secret, replay=store)
    store.forget(event.replay_key)
    assert _parse(webhooks, headers, secret=secret, replay=store).name == "offered"


def test_an_id_that_is_not_signed_does_not_make_a_delivery_new(store: ReplayStore) -> None:
    _parse(SIGNED, {**_hmac_headers(), "webhook-id": "1"}, secret=SECRET, replay=store)
    with pytest.raises(ReplayedWebhook):
        _parse(SIGNED, {**_hmac_headers(), "webhook-id": "2"}, secret=SECRET, replay=store)


def test_a_refused_delivery_is_not_remembered(store: ReplayStore) -> None:
    headers = {"webhook-id": "1"}
    with pytest.raises(MalformedWebhook):
        _parse(UNSIGNED, headers, b"{", replay=store)
    assert _parse(UNSIGNED, headers, replay=store).id == "1"


def test_keys_are_kept_longer_than_a_delivery_is_fresh(store: ReplayStore) -> None:
    clock = FakeClock(NOW - 300)
    SIGNED.parse(_hmac_headers(), BODY, secret=SECRET, replay=store, clock=clock)
    clock.advance(600)
    with pytest.raises(ReplayedWebhook):
        SIGNED.parse(_hmac_headers(), BODY, secret=SECRET, replay=store, clock=clock)


def test_keys_are_kept_as_long_as_the_document_lets_a_delivery_be_old(store: ReplayStore) -> None:
    day = 86_400
    webhooks: Webhooks[Event] = Webhooks(KINDS, signature=StandardWebhooks(tolerance=day))
    clock = FakeClock(NOW - day)
    webhooks.parse(_standard_headers(), BODY, secret=WHSEC, replay=store, clock=clock)
    clock.advance(2 * day)
    with pytest.raises(ReplayedWebhook):
        webhooks.parse(_standard_headers(), BODY, secret=WHSEC, replay=store, clock=clock)


def test_keys_end(store: ReplayStore) -> None:
    assert store.remember("a", 10.0, 0.0)
    assert not store.remember("a", 10.0, 9.0)
    assert store.remember("a", 20.0, 10.0)


def test_many_threads_take_a_delivery_once(store: ReplayStore) -> None:
    taken: list[bool] = []
    barrier = threading.Barrier(8)

    def take() -> None:
        barrier.wait()
        taken.append(store.remember("key", NOW + 10, NOW))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]


_TAKE = """
import sys
from credkit.runtime.webhooks import SQLiteReplayStore
store = SQLiteReplayStore(sys.argv[1])
print(sum(store.remember(f"key-{number}", 10.0, 0.0) for number in range(50)))
"""


def test_several_processes_take_a_delivery_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _TAKE, str(tmp_path / "seen.db")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    taken = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(taken) == 50


def test_a_full_or_broken_store_takes_nothing_unchecked(tmp_path: Path) -> None:
    full = MemoryReplayStore(max_keys=1)
    _parse(UNSIGNED, {"webhook-id": "1"}, replay=full)
    with pytest.raises(ReplayCheckFailed):
        _parse(UNSIGNED, {"webhook-id": "2"}, replay=full)
    path = tmp_path / "seen.db"
    broken = SQLiteReplayStore(path)
    for file in tmp_path.iterdir():
        file.write_bytes(b"this is no database" * 100)
    with pytest.raises(ReplayCheckFailed, match="DatabaseError"):
        _parse(UNSIGNED, {}, replay=broken)


def test_refusals_and_events_show_no_secret_and_no_body() -> None:
    canary = "canary@example.com"
    body = json.dumps({"eventType": canary, "id": canary}).encode()
    headers = _hmac_headers(body)
    texts = []
    for wrong in ({**headers, "x-signature": canary}, {**headers, "X-TIMESTAMP": canary}):
        with pytest.raises(WebhookError) as caught:
            _parse(SIGNED, wrong, body, secret=SECRET)
        texts.append(f"{caught.value!r} {caught.value} {caught.value.__context__!r}")
    texts.append(repr(_parse(SIGNED, headers, body, secret=SECRET)))
    assert not [text for text in texts if canary in text or SECRET in text]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_while_another_thread_remembers_does_not_hang_the_child() -> None:
    store = MemoryReplayStore()
    with store._lock:
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            os._exit(0 if store.remember("a", 2.0, 1.0) else 1)
    assert os.waitpid(child, 0)[1] == 0
