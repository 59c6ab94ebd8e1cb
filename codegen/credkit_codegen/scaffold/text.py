"""Writing YAML and TOML as people write them in specs/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from ..literals import toml_key_value, toml_string
from ..primitives import JSON


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key, and nothing is written as an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def to_yaml(data: Mapping[str, JSON], head: str = "") -> str:
    """A document in block style, in the order of its members, with `head` as comments above it."""
    body = yaml.dump(dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    comments = "".join(f"# {line}\n" for line in head.split("\n") if line)
    return f"{comments}{body}"


def client_toml(
    vendor: str, client: str, title: str, methods: Mapping[str, str], *, overlays: bool = False, credentials: str = ""
) -> str:
    """`client.toml` of a new vendor. `methods` maps operationId to `resource.method`."""
    lines = [f"# How Python names {_comment(title)}. The facts stand in the spec beside this file.", ""]
    if overlays:
        lines += ["# The document stays as it was published; what it lacks stands in the overlay, with a reason each."]
        lines += ['overlays = ["overlay.yaml"]', ""]
    lines += ["[package]", f'name = "credkit_{vendor}"', f"client = {toml_string(client)}", 'version = "0.1.0"', ""]
    if credentials:
        lines += ["[credentials]", credentials, ""]
    for id_, name in methods.items():
        key = toml_key_value(id_, "").partition(" = ")[0]
        lines += [f"[operations.{key}]", f"name = {toml_string(name)}", ""]
    if not methods:
        lines += ["# [operations.listThings]", '# name = "things.list"', ""]
    return "\n".join(lines)


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
