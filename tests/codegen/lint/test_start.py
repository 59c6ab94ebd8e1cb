"""A run of lint loads what it needs and nothing of the generator: its start is a third of what a small document takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

DOCUMENT = """\
openapi: 3.1.0
info: { title: Pets, version: "1", description: Pets. }
servers: [{ url: https://api.petregistry.dev }]
security: []
paths: {}
"""
HEAVY = {
    "credkit_codegen.build", "credkit_codegen.ir", "credkit_codegen.lint.fix", "credkit_codegen.models",
    "black", "jinja2", "jsonpath_rfc9535", "pydantic", "pygls", "rich", "tomllib", "typer",
}  # fmt: skip
RUN = """
import json, sys
from credkit_codegen.cli import main
try:
    main(["lint", sys.argv[1]])
except SystemExit as stop:
    print(json.dumps([stop.code, sorted(sys.modules)]))
"""


def test_lint_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    ran = subprocess.run([sys.executable, "-c", RUN, str(path)], capture_output=True, text=True, check=True, timeout=60)
    code, modules = json.loads(ran.stdout.splitlines()[-1])
    assert code == 0, ran.stdout
    assert HEAVY & set(modules) == set()
