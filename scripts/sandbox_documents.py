"""Write what the sandbox checks requests and answers against: the schemas of each spec, without its prose.

python scripts/sandbox_documents.py            # after a spec has changed
python scripts/sandbox_documents.py --check    # exit 1 when a file is stale
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from credkit_codegen.config import load_config
from credkit_codegen.frontend import read_documents
from credkit_codegen.project import find_vendors

ROOT = Path(__file__).resolve().parent.parent
SIMULATORS = ROOT / "src" / "credkit" / "sandbox" / "vendors"
OUT = ROOT / "src" / "credkit" / "sandbox" / "documents"
METHODS = ("get", "put", "post", "delete", "patch")
PROSE = {"description", "title", "examples", "example", "default", "deprecated", "externalDocs", "discriminator"}


def condense(document: dict[str, Any]) -> dict[str, Any]:
    """The operations by id, and the schemas that they refer to."""
    operations = {}
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                operation = item[method]
                parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
                operations[operation["operationId"]] = _operation(document, operation, parameters)
    schemas = {name: _schema(schema) for name, schema in document.get("components", {}).get("schemas", {}).items()}
    return {"operations": operations, "$defs": schemas}


def _operation(document: dict[str, Any], operation: dict[str, Any], parameters: list[Any]) -> dict[str, Any]:
    body = _resolved(document, operation.get("requestBody"))
    responses = {str(status): _resolved(document, response) for status, response in operation["responses"].items()}
    security = operation.get("security", document.get("security", []))
    return {
        "parameters": [_parameter(_resolved(document, parameter)) for parameter in parameters],
        "body": _contents(body) if body else None,
        "responses": {status: _contents(response) for status, response in responses.items()},
        "scopes": sorted({scope for one in security for scopes in one.values() for scope in scopes}),
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "required": parameter.get("required", False),
        "schema": _schema(parameter.get("schema", {})),
    }


def _contents(node: dict[str, Any]) -> dict[str, Any]:
    return {media_type: _schema(media.get("schema", {})) for media_type, media in node.get("content", {}).items()}


def _resolved(document: dict[str, Any], node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        target: Any = document
        for segment in node["$ref"].removeprefix("#/").split("/"):
            target = target[segment.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _schema(schema: Any) -> Any:
    """A schema without what does not decide about values; names of properties are left alone."""
    if isinstance(schema, list):
        return [_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: _schema(one) for name, one in value.items()}
        elif key == "$ref":
            kept[key] = value.replace("#/components/schemas/", "#/$defs/")
        elif key in ("enum", "const", "required"):
            kept[key] = value
        elif key not in PROSE and not key.startswith("x-"):
            kept[key] = _schema(value)
    return kept


def texts() -> dict[Path, str]:
    """Every file with the text that it should hold."""
    found = {}
    for vendor in find_vendors(ROOT):
        if vendor.config is None or not (SIMULATORS / f"{vendor.name}.py").is_file():
            continue
        document: Any = read_documents(vendor.spec, load_config(vendor.config)).top.map
        found[OUT / f"{vendor.name}.json"] = json.dumps(condense(document), indent=1, ensure_ascii=False) + "\n"
    return found


def main(arguments: list[str]) -> int:
    stale = [path for path, text in texts().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run python scripts/sandbox_documents.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(texts()[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
