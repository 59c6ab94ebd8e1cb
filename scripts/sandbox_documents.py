"""Write what the sandbox checks requests and answers against: the schemas of each spec, without its prose.

python scripts/sandbox_documents.py            # after a spec has changed
python scripts/sandbox_documents.py --check    # exit 1 when a file is stale
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from credkit_codegen.builder.opnames import Listed, list_operations
from credkit_codegen.config import load_config
from credkit_codegen.frontend import read_documents
from credkit_codegen.project import find_vendors
from credkit_codegen.resolve import Documents, Node

ROOT = Path(__file__).resolve().parent.parent
SIMULATORS = Path("src/credkit/sandbox/vendors")
OUT = Path("src/credkit/sandbox/documents")
PROSE = {"description", "title", "examples", "example", "default", "deprecated", "externalDocs", "discriminator"}


def condense(documents: Documents) -> dict[str, Any]:
    """The operations by id (one without is called as its generated operation is), and the schemas that they refer to."""
    schemas = Schemas(documents)
    operations = {one.operation_id: _operation(documents, schemas, one) for one in list_operations(documents)}
    return {"operations": operations, "$defs": schemas.found}


def _operation(documents: Documents, schemas: Schemas, listed: Listed) -> dict[str, Any]:
    given = [one for place in (listed.item, listed.node) for one in place.child("parameters").items()]
    parameters = [_parameter(schemas, documents.follow(parameter)) for parameter in given]
    body = documents.follow(listed.node.child("requestBody"))
    security: Any = listed.node.map.get("security", documents.top.map.get("security", []))
    return {
        "parameters": list({(one["in"], one["name"]): one for one in parameters}.values()),
        "body": _contents(schemas, body) if body.map else None,
        "responses": {
            status: _contents(schemas, documents.follow(response))
            for status, response in listed.node.child("responses").children()
            if not status.startswith("x-")
        },
        "scopes": sorted({scope for one in security for scopes in one.values() for scope in scopes}),
    }


def _parameter(schemas: Schemas, parameter: Node) -> dict[str, Any]:
    return {
        "name": parameter.map["name"],
        "in": parameter.map["in"],
        "required": parameter.map.get("required", False),
        "schema": schemas.of(parameter.child("schema")),
    }


def _contents(schemas: Schemas, node: Node) -> dict[str, Any]:
    return {media_type: schemas.of(media.child("schema")) for media_type, media in node.child("content").children()}


class Schemas:
    """Schemas without what does not decide about values.

    Attributes:
        found: every schema that is referred to, by name; the document's own ones first, also those that nothing refers to.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        components = dict(documents.top.child("components").child("schemas").children())
        self._names = {node.key: name for name, node in components.items()}
        self.found: dict[str, Any] = dict.fromkeys(components)
        for name, node in components.items():
            self.found[name] = self.of(node)

    def of(self, node: Node) -> Any:
        """The schema at a place; {} where there is none. Names of properties are left alone."""
        if isinstance(node.value, list):
            return [self.of(one) for one in node.items()]
        if not isinstance(node.value, dict):
            return {} if node.value is None else node.value
        kept: dict[str, Any] = {}
        for key, member in node.children():
            if key == "properties":
                kept[key] = {name: self.of(one) for name, one in member.children()}
            elif key == "$ref":
                kept[key] = f"#/$defs/{self._name(node, str(member.value))}"
            elif key in ("enum", "const", "required"):
                kept[key] = member.value
            elif key not in PROSE and not key.startswith("x-"):
                kept[key] = self.of(member)
        return kept

    def _name(self, node: Node, ref: str) -> str:
        """The name of what a reference leads to, which may stand in another file."""
        target = self._documents.target(node.document, ref, node.pointer)
        if target.key not in self._names:
            name = f"{target.document.path.name}{target.pointer}".replace("/", ".")
            while name in self.found:
                name += "_"
            self._names[target.key], self.found[name] = name, None
            self.found[name] = self.of(target)
        return self._names[target.key]


def texts(root: Path = ROOT) -> dict[Path, str]:
    """Every file with the text that it should hold."""
    found = {}
    for vendor in find_vendors(root):
        if vendor.config is not None and (root / SIMULATORS / f"{vendor.name}.py").is_file():
            rules = condense(read_documents(vendor.spec, load_config(vendor.config)))
            found[root / OUT / f"{vendor.name}.json"] = json.dumps(rules, indent=1, ensure_ascii=False) + "\n"
    return found


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write the stale files; with `--check`, name them and return 1."""
    wanted = texts(root)
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(root)} is stale: run python scripts/sandbox_documents.py")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
