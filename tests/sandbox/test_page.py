"""The page: reads without JavaScript, escapes everything, and looks right in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from credkit import sandbox
from credkit.sandbox.html import tag
from credkit.sandbox.server import Serving, serve
from credkit.sandbox.testing import send

pytestmark = pytest.mark.timeout(90)

NASTY = "</td><script>alert('x')</script>\"' onload=alert(1)"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def serving() -> Iterator[Serving]:
    with serve() as one:
        record = one.hub["record"]
        recipients = [{"name": NASTY, "email": "ada@example.com"}]
        body = {"programId": "prog_1779172339924_j3pr93", "batchName": f"Cohort {NASTY}", "recipients": recipients}
        assert send(record, "POST", "/api/external/issuance/credentials", json=body).status == 200
        keys = {"authorization": "Bearer sk_test_guessed", "x-api-key": "sk_test_guessed"}
        send(record, "GET", "/api/external/issuance/credentials/%3Cscript%3E", headers=keys)
        record.faults.add(sandbox.fail("listPrograms", 503, times=2))
        one.hub.snapshot(NASTY)
        yield one


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_shows_everything_and_runs_nothing(serving: Serving) -> None:
    answer = httpx.get(f"{serving.page_url}?note=<b>", trust_env=False)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    text = " ".join(page.texts)
    for word in (f"Cohort {NASTY}", NASTY, "<b>", "sk_test_sandbox", "status 503 at listPrograms", "Token is invalid"):
        assert word in text, word
    assert "sk_test_guessed" not in text, "keys of requests are not shown"


def test_qr_codes_hold_the_offers(serving: Serving) -> None:
    page = httpx.get(serving.page_url, trust_env=False).text
    sources = re.findall(r'src="(/qr/[^"]+)"', page)
    assert len(sources) >= 3
    for source in sources:
        answer = httpx.get(serving.page_url.rstrip("/") + source, trust_env=False)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "<svg" in answer.text
    assert httpx.get(f"{serving.page_url}qr/record/none.svg", trust_env=False).status_code == 404


def test_forms_do_what_they_say(serving: Serving) -> None:
    def post(path: str, **members: str) -> httpx.Response:
        return httpx.post(f"{serving.page_url}{path}", data=members, follow_redirects=True, trust_env=False)

    assert "The fault is on order" in post("beltic/faults", kind="half-body", operation="getCredential", times="3").text
    assert [(fault.kind, fault.times, fault.committed) for fault in serving.hub["beltic"].faults] == [
        ("half-body", 3, True)
    ]
    assert "That did not work" in post("beltic/faults", kind="half-body", times="none").text
    post("beltic/faults/clear")
    assert len(serving.hub["beltic"].faults) == 0
    before = serving.hub.clock.now()
    post("clock", seconds="3600")
    assert (serving.hub.clock.now() - before).total_seconds() == 3600
    post("nchain/act", id="123e4567-e89b-12d3-a456-426614174000", action="claim")
    assert serving.hub["nchain"].issued()[0].status == "claimed"


def test_text_never_becomes_markup() -> None:
    assert tag("p", "<i>", tag("b", "&"), [None, 7], title='"') == '<p title="&quot;">&lt;i&gt;<b>&amp;</b>7</p>'
    assert tag("p", str(tag("b", "x")) + "<i>") == "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_the_page_in_a_browser(serving: Serving, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    command = [
        str(BROWSER),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1280,1600",
    ]
    dumped = subprocess.run(
        [*command, "--dump-dom", serving.page_url], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    page = Page(dumped)
    assert "script" not in page.tags
    assert {"record", "beltic", "didx", "nchain"} <= {value for name, value in page.attributes if name == "id"}
    assert f"Cohort {NASTY}" in " ".join(page.texts)
    subprocess.run([*command, f"--screenshot={picture}", serving.page_url], capture_output=True, timeout=60, check=True)
    assert picture.stat().st_size > 20_000, "an empty picture"
