"""Every document of the corpus builds, with every operation, quickly. Skipped where the corpus is not beside the project."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from credkit_codegen.frontend import read_api
from credkit_codegen.inspect import inspect_api
from credkit_codegen.load import load_document

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
DOCUMENTS = sorted(path for path in CORPUS.glob("*") if path.suffix in (".json", ".yaml"))
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}


@pytest.mark.skipif(not DOCUMENTS, reason="the corpus is not here")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_whole(path: Path) -> None:
    start = time.process_time()
    api, config = read_api(path)
    account = inspect_api(api, config)
    assert time.process_time() - start < 2 + path.stat().st_size / 200_000
    data = load_document(path).data
    assert isinstance(data, dict)
    paths = data.get("paths", {})
    assert isinstance(paths, dict)
    expected = {(m.upper(), key) for key, item in paths.items() if isinstance(item, dict) for m in item if m in METHODS}
    assert {(item.method, item.path) for item in api.operations} == expected
    operations = account["operations"]
    assert isinstance(operations, list)
    pythons = [item["python"] for item in operations if isinstance(item, dict)]
    assert len(set(map(str, pythons))) == len(expected)
    names = [schema.name for schema in api.schemas]
    assert len(set(names)) == len(names)
    numbered = [name for key, name in api.names_lock if name[-1].isdigit() and not key[-1].isdigit()]
    assert not numbered, "only things that truly share a name may be numbered"
