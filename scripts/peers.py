"""Programs of others to measure ourselves beside: from npm into `.cache`, when Node is there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache"


def from_npm(name: str, packages: Mapping[str, str]) -> Path | None:
    """The folder with the commands of `packages` (command to npm package and version), installed when need be.

    None without Node, without a network, or when the installation fails: then only we are measured.
    """
    folder = CACHE / name
    commands = folder / "node_modules" / ".bin"
    if all((commands / command).exists() for command in packages):
        return commands
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), *packages.values()]
    try:
        done = subprocess.run(install, check=False, capture_output=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return commands if done.returncode == 0 else None
