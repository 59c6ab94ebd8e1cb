"""Programs of others to measure ourselves beside, from npm (when Node is there) and PyPI, into `.cache`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""In which programs are measured: byte code is kept, as on any machine on which they are installed."""


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


def from_pypi(name: str, package: str) -> Path | None:
    """The folder with the commands of a package, in a virtual environment of its own, installed when need be.

    None without a network, or when the installation fails.
    """
    folder = CACHE / name
    commands = folder / "bin"
    installed = folder / "installed"
    if installed.is_file() and installed.read_text() == package:
        return commands
    install = [str(commands / "python"), "-m", "pip", "install", "--quiet", package]
    steps = ([sys.executable, "-m", "venv", str(folder)], install)
    try:
        for step in steps:
            subprocess.run(step, check=True, capture_output=True, timeout=600)
    except (OSError, subprocess.SubprocessError):
        return None
    installed.write_text(package)
    return commands
