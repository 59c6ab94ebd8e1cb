"""The language server against a scripted client: the findings of the command line, while typing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import pytest

from credkit_codegen.lint import lint_document
from credkit_codegen.lint.lsp import diagnose, main
from credkit_codegen.load import load_document

pytest.importorskip("pygls")

SEEDED = Path(__file__).with_name("seeded.yaml")
START = "import sys; from credkit_codegen.cli import main; main(['lsp'])"


class Client:
    """As much of a client as the test needs: requests, notifications, and waiting for diagnostics."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.number = 0

    def send(self, method: str, params: object, *, request: bool = False) -> None:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if request:
            self.number += 1
            message["id"] = self.number
        body = json.dumps(message).encode()
        pipe = cast("IO[bytes]", self.process.stdin)
        pipe.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        pipe.flush()

    def read(self) -> dict[str, Any]:
        pipe = cast("IO[bytes]", self.process.stdout)
        length = 0
        while (line := pipe.readline().strip()) or not length:
            assert line, "the server ended"
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] = json.loads(pipe.read(length))
        return message

    def until(self, wanted: str) -> dict[str, Any]:
        for _ in range(50):
            message = self.read()
            if message.get("method") == wanted or (wanted == "answer" and message.get("id") == self.number):
                return message
        raise AssertionError(f"no {wanted}")


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    try:
        made.send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, request=True)
        made.until("answer")
        made.send("initialized", {})
        yield made
    finally:
        made.process.kill()
        made.process.communicate(timeout=10)


@pytest.mark.timeout(60)
def test_the_server_tells_what_the_command_tells(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    text = SEEDED.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    item = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
    client.send("textDocument/didOpen", {"textDocument": item})
    found = client.until("textDocument/publishDiagnostics")["params"]["diagnostics"]
    expected = lint_document(load_document(path)).diagnostics
    assert [(entry["code"], entry["range"]["start"]["line"] + 1) for entry in found] == [
        (e.rule, e.line) for e in expected
    ]

    change = {
        "textDocument": {"uri": path.as_uri(), "version": 2},
        "contentChanges": [{"text": text.replace("minimum: 30", "minimum: 0")}],
    }
    client.send("textDocument/didChange", change)
    again = client.until("textDocument/publishDiagnostics")["params"]
    assert again["version"] == 2
    assert {entry["code"] for entry in found} - {entry["code"] for entry in again["diagnostics"]} == {
        "bounds-contradict"
    }

    client.send("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    assert client.until("textDocument/publishDiagnostics")["params"]["diagnostics"] == []
    client.send("shutdown", None, request=True)
    client.until("answer")
    client.send("exit", None)
    assert client.process.wait(timeout=10) == 0


def test_half_typed_text_is_a_finding(tmp_path: Path) -> None:
    uri = (tmp_path / "openapi.yaml").as_uri()
    found = diagnose(uri, "openapi: 3.1.0\ninfo: {title: [")
    assert [item.rule for item in found] == ["yaml-syntax"]
    assert diagnose(uri, "kind: Deployment\n") == ()


def test_more_than_lsp_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "1"]) == 2
    assert main(["--help"]) == 0
