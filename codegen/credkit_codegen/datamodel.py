"""Classes of models, printed by datamodel-code-generator from a document that we make for it.

The document holds one object schema for each class and nothing of the original but names that are already Python's and the
values of enumerations, which are literals in the annotation that every property carries as `x-python-type`. So the library
meets one kind of construct, and no prose of the original reaches it. What it prints goes through our own template and is
compared with what was asked for, class by class and annotation by annotation, before anybody uses it.
"""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .literals import Source
from .paths import TEMPLATES


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One line of a class: `name: annotation`, in `Annotated[..., metadata]` and with `= None` where asked for."""

    name: str
    annotation: Source
    is_annotated: bool
    metadata: Source
    is_optional: bool
    has_docstring: bool
    docstring: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    name: str
    base: str
    has_docstring: bool
    docstring: Source
    fields: tuple[FieldView, ...]

    @property
    def is_empty(self) -> bool:
        return not self.fields and not self.has_docstring


class UnexpectedModels(RuntimeError):
    """datamodel-code-generator printed something else than it was asked for; nothing is generated."""


def print_classes(classes: Sequence[ClassView]) -> tuple[Source, ...]:
    """The source of each class, in the order of `classes`."""
    if not classes:
        return ()
    text = _generated(classes)
    found = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}
    if found.keys() != {view.name for view in classes}:
        raise UnexpectedModels("classes differ")
    lines = text.split("\n")
    return tuple(_checked(found[view.name], view, lines) for view in classes)


def _generated(classes: Sequence[ClassView]) -> str:
    # Imported here: it takes half a second, and a run with nothing to do never comes here.
    from datamodel_code_generator import GenerateConfig, InputFileType, generate
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import PythonVersion

    template_data: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for view in classes:
        template_data[view.name] = {"view": view}
    result = generate(
        json.dumps(_document(classes)),
        config=GenerateConfig(
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            output=None,
            formatters=[],
            allow_remote_refs=False,
            keep_model_order=True,
            use_annotated=True,
            disable_timestamp=True,
            custom_template_dir=TEMPLATES / "datamodel",
            extra_template_data=template_data,
            custom_class_name_generator=_as_it_is,
        ),
    )
    if not isinstance(result, str):
        raise UnexpectedModels("expected one module")
    return result


def _as_it_is(name: str) -> str:
    return name


def _document(classes: Sequence[ClassView]) -> dict[str, Any]:
    schemas = {
        view.name: {
            "type": "object",
            "properties": {field.name: {"type": "string", "x-python-type": field.annotation} for field in view.fields},
            "required": [field.name for field in view.fields],
        }
        for view in classes
    }
    information = {"title": "models", "version": "0"}
    return {"openapi": "3.1.0", "info": information, "paths": {}, "components": {"schemas": schemas}}


def _checked(node: ast.ClassDef, view: ClassView, lines: Sequence[str]) -> Source:
    """The lines of a class, when its fields are those that were asked for."""
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
    printed = [(ast.unparse(item.target), ast.dump(item.annotation)) for item in fields]
    if printed != [(field.name, _annotation(field)) for field in view.fields]:
        raise UnexpectedModels(f"the fields of {view.name} differ")
    return Source("\n".join(lines[node.lineno - 1 : node.end_lineno]))


def _annotation(field: FieldView) -> str:
    return _dumped(f"Annotated[{field.annotation}, {field.metadata}]" if field.is_annotated else field.annotation)


@lru_cache(maxsize=4096)
def _dumped(text: str) -> str:
    return ast.dump(ast.parse(text, mode="eval").body)
