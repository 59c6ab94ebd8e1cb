"""Small documents in, APIs out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from credkit_codegen.build import build_api
from credkit_codegen.config import Config, default_config
from credkit_codegen.ir import Api
from credkit_codegen.load import load_document
from credkit_codegen.nameslock import NamesLock
from credkit_codegen.normalise import normalise_document
from credkit_codegen.resolve import resolve_document

from .support import Build, Json


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build an API of a document given as data or as YAML text; other files by name."""

    def run(
        source: Json | str,
        *,
        config: Config | None = None,
        lock: NamesLock | None = None,
        files: Mapping[str, str] | None = None,
    ) -> Api:
        text = source if isinstance(source, str) else json.dumps(source)
        path = tmp_path / ("openapi.yaml" if isinstance(source, str) else "openapi.json")
        path.write_text(text, encoding="utf-8")
        for name, content in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        documents = normalise_document(resolve_document(load_document(path, file=path.name)))
        return build_api(documents, config or default_config("test_api"), lock)

    return run
