"""docs/client-toml.md shows every key that there is, and nothing that is refused."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from credkit_codegen.config import Config, load_config

PAGE = Path(__file__).parents[2] / "docs" / "client-toml.md"


def test_the_page_is_what_the_loader_takes(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    path = tmp_path / "client.toml"
    path.write_text(found[1], "utf-8")
    config = load_config(path)
    shown = set(tomllib.loads(found[1])) | {"file", "lint_disable", "unwrap"}
    assert {field.name for field in fields(Config)} <= shown
    assert config.package.client == "Record"
    assert config.unwrap == "data"
