"""A small project in a git repository of its own, for tests of revisions and releases."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from credkit_codegen.pipeline import Target, generate

SPEC = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers:
  - url: https://pets.example
paths:
  /pets:
    post:
      operationId: addPet
      tags: [pets]
      summary: Add a pet
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Pet"}
            examples: {dog: {value: {name: Rex}}}
      responses:
        "201":
          description: The pet.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Pet"}
              examples: {dog: {value: {name: Rex}}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string, description: What it answers to.}
"""
CONFIG = """\
# How Python names the pets.

[package]
name = "credkit_pets"
client = "Pets"
version = "0.3.1"  # the last one that was given out
"""
APP = """\
from credkit_pets import Pets, models


def adds(pets: Pets) -> models.Pet:
    return pets.pets.add_pet(name="Rex")
"""


class Project:
    """The project; `git` runs git in it."""

    def __init__(self, root: Path, top: Path | None = None) -> None:
        """`top` is the repository's folder, where it is not the project's."""
        self.root = root
        self.spec = root / "specs" / "pets" / "openapi.yaml"
        self.config = self.spec.with_name("client.toml")
        self.out = root / "generated" / "pets"
        app = root / "tests" / "typing" / "pets_app.py"
        for path, text in ((self.spec, SPEC), (self.config, CONFIG), (app, APP)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("init", "--quiet", "--initial-branch=main", str(top or root))
        self.generate()
        self.commit("First release")
        self.git("tag", "credkit-pets-v0.3.1")

    def git(self, *arguments: str) -> str:
        identity = {
            f"GIT_{who}_{what}": "t@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.root), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=30).stdout

    def commit(self, message: str) -> None:
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", message)

    def generate(self) -> None:
        generate(Target(spec=self.spec, out=self.out, config=self.config))

    def edit(self, old: str, new: str) -> None:
        text = self.spec.read_text(encoding="utf-8")
        assert old in text
        self.spec.write_text(text.replace(old, new), encoding="utf-8")


if __name__ == "__main__":
    made = Path(sys.argv[1])
    made.mkdir(parents=True)  # never into a folder that is there
    Project(made.resolve())
    print(f"{made}: the project of docs/releasing.md, before the edit")
