"""The commands on the vendors' own pages, run against the sandbox: host and key replaced, and ids where a page has a placeholder."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from credkit.sandbox.server import Serving, serve

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
CURL = shutil.which("curl")
OFFER = "123e4567-e89b-12d3-a456-426614174000"

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the vendors' pages are not beside the project"),
]

HOSTS = {
    "https://api.getrecord.in": "record",
    "https://api.example.com": "beltic",
    "https://test.didxtech.com": "didx",
    "https://identity.nchainplatform.com": "nchain",
}
KEYS = {"sk_test_your_token_here": "sk_test_sandbox", "<access_token>": "didx_token_sandbox"}


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with serve() as one:
        yield one


def pages() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))] if SEEDS.is_dir() else []


def commands() -> list[tuple[str, Any]]:
    """Every curl command, with the JSON that its page shows as the answer (None: it shows none)."""
    found: dict[str, Any] = {}
    for page in pages():
        for start in (match.start() for match in re.finditer(r"^curl ", page, re.MULTILINE)):
            command, rest = _command(page[start:])
            found.setdefault(command, _first_object(rest))
    return list(found.items())


def _command(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    for count in range(1, len(lines) + 1):
        command = "\n".join(lines[:count])
        if not command.endswith("\\") and _is_complete(command):
            return command, "\n".join(lines[count:])
    raise AssertionError("a command without an end")


def _is_complete(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True


def _first_object(text: str) -> Any:
    """The JSON that begins within the next few lines."""
    start = re.search(r"^[{\[]", text, re.MULTILINE)
    if start is None or text[: start.start()].count("\n") > 12:
        return None
    value, _ = json.JSONDecoder().raw_decode(text[start.start() :])
    return value


def requests() -> list[tuple[str, str, str, Any]]:
    """Every request that nChain's page shows as HTTP text: method, path, body, and the answer that it shows."""
    page = next((one for one in pages() if "HTTP/1.1" in one), "")
    found = []
    for match in re.finditer(r"^(GET|POST|PATCH|DELETE) (/\S*) HTTP/1\.1\n((?:[\w-]+: .*\n)*)", page, re.MULTILINE):
        rest = page[match.end() :]
        body = ""
        if "Content-Length" in match[3]:
            value, length = json.JSONDecoder().raw_decode(rest.lstrip())
            body, rest = json.dumps(value), rest.lstrip()[length:]
        answer = None if rest.lstrip().startswith("No content") else _first_object(rest)
        found.append((match[1], match[2], body, answer))
    return found


def differences(answer: Any, documented: Any, where: str = "") -> Iterator[str]:
    """Members that the page does not show, or shows with another type. Null may stand anywhere."""
    if answer is None or documented is None:
        return
    kinds = [float if type(value) in (int, float) else type(value) for value in (answer, documented)]
    if kinds[0] is not kinds[1]:
        yield f"{where}: {kinds[0].__name__} instead of {kinds[1].__name__}"
    elif isinstance(answer, dict):
        for name, value in answer.items():
            if name in documented:
                yield from differences(value, documented[name], f"{where}/{name}")
            else:
                yield f"{where}/{name}: not on the page"
    elif isinstance(answer, list):
        for value in answer:
            if documented:
                yield from differences(value, documented[0], f"{where}/*")


@pytest.mark.skipif(CURL is None, reason="curl is not installed")
@pytest.mark.parametrize(("command", "documented"), commands(), ids=lambda value: str(value)[:40].split("\n")[0])
def test_commands_answer_the_documented_shapes(serving: Serving, command: str, documented: Any) -> None:
    serving.hub.reset()
    for known, key in KEYS.items():
        command = command.replace(known, key)
    vendor = next(name for host, name in HOSTS.items() if host in command)
    for host, name in HOSTS.items():
        command = command.replace(host, serving.origins[name])
    arguments = [*shlex.split(command.replace("\\\n", " ")), "--silent", "--write-out", "\n%{http_code}"]
    if vendor == "beltic":  # the page shows no key
        arguments += ["--header", f"X-Api-Key: {serving.hub['beltic'].key}"]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=True)
    body, _, status = done.stdout.rpartition("\n")
    assert status in ("200", "201"), body
    answer = json.loads(body)
    if documented is not None:
        assert list(differences(answer, documented)) == ([] if vendor != "beltic" else [BELTIC_FAILURE])
        assert set(answer) == set(documented)


BELTIC_FAILURE = "/results/*/error: not on the page"
"""The page's own request declares nothing and names no type of credential: the item fails, in a form that no page shows."""


@pytest.mark.parametrize(("method", "path", "body", "documented"), requests(), ids=lambda value: str(value)[:60])
def test_nchains_requests_answer_the_documented_shapes(
    serving: Serving, method: str, path: str, body: str, documented: Any
) -> None:
    hub = serving.hub
    hub.reset()
    if "revo" in path:
        hub["nchain"].act("claim", OFFER)
    url = serving.origins["nchain"] + path.replace("{id}", OFFER)
    headers = {"X-API-KEY": hub["nchain"].key}
    if "resend" in path:
        revoke = {"revoke": [{"id": OFFER}]}
        httpx.patch(url.replace("resend-revocation-email", "revoke"), json=revoke, headers=headers, trust_env=False)
    if "image" in path:
        files = {"image": ("photo.png", b"\x89PNG\r\n\x1a\n", "image/png")}
        answer = httpx.request(method, url, headers=headers, files=files, trust_env=False)
    else:
        content = body.replace('"text"', f'"{OFFER}"')
        typed = {"content-type": "application/json"} if body else {}
        answer = httpx.request(method, url, headers={**headers, **typed}, content=content, trust_env=False)
    assert answer.status_code in (200, 201, 204), answer.text
    if documented is not None:
        assert list(differences(answer.json(), documented)) in ([], PAGED), answer.text


PAGED = [
    "/meta/itemsPerPage: not on the page",
    "/meta/totalItems: not on the page",
    "/meta/currentPage: not on the page",
    "/meta/totalPages: not on the page",
    "/meta/sortBy: not on the page",
]
"""What another page of nChain's adds to every list."""


def test_nothing_of_the_pages_was_overlooked() -> None:
    assert len(commands()) == 5
    assert len(requests()) == 12
