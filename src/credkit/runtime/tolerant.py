"""Reading what contradicts the document: a typed value all the same, and a list of what was wrong.

`Reader` walks a parsed JSON value along the pydantic core schema that the fast path uses. What fits becomes what it would
have become; what does not is kept as it came and noted. Only answers that failed the fast path come here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic_core import CoreSchema, SchemaValidator, to_json

from .coreschema import parts_of
from .findings import Findings, escape
from .models import Notes, UnknownVariant
from .shapes import is_dict, is_list
from .unset import UNSET

_MAX_STEPS = 200_000
_EXACT_FLOAT = 2**53
_FAILED = object()
_PLAIN = {"str": str, "int": int, "float": float, "bool": bool}


class Reader:
    """Reads values of one type. Safe to share between threads."""

    def __init__(self, schema: CoreSchema) -> None:
        self._definitions: dict[str, Any] = {}
        self._validators: dict[int, SchemaValidator] = {}
        self._needs: dict[str, tuple[str, ...]] = {}
        root: Any = schema
        while root["type"] == "definitions":
            self._definitions |= {definition["ref"]: definition for definition in root["definitions"]}
            root = root["schema"]
        self._root = root

    def read(self, value: object) -> tuple[Any, Findings]:
        """Return the value with its models, and the findings. Never fails; very odd input is kept raw from some depth."""
        findings = Findings()
        return self._read(self._root, value, "", findings), findings

    def required_members(self) -> list[str]:
        """Wire names of the members that an object of this type has to have; none when it is not an object."""
        root = self._bare(self._root)
        if root["type"] != "model":
            return []
        members = self._bare(root["schema"]).get("fields", {}).items()
        return [
            member.get("validation_alias", name) for name, member in members if member["schema"]["type"] != "default"
        ]

    def _read(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        findings.steps += 1
        if value is None and self._takes_null(schema):
            return None
        schema = self._bare(schema)
        if findings.steps > _MAX_STEPS:
            return findings.keep(pointer, schema, value)
        try:
            match schema["type"]:
                case "model" if _is_plain_model(schema):
                    return self._model(schema, value, pointer, findings)
                case "list":
                    return self._list(schema, value, pointer, findings)
                case "dict":
                    return self._dict(schema, value, pointer, findings)
                case "tuple":
                    return self._tuple(schema, value, pointer, findings)
                case "union":
                    return self._union(schema, value, pointer, findings)
                case "tagged-union":
                    return self._tagged(schema, value, pointer, findings)
                case _:
                    return self._leaf(schema, value, pointer, findings)
        except RecursionError:
            return findings.keep(pointer, schema, value)

    # --- containers --------------------------------------------------------------------------------------------------

    def _model(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        if not is_dict(value):
            return findings.keep(pointer, schema, value)
        cls: type[BaseModel] = schema["cls"]
        body = self._bare(schema["schema"])
        values: dict[str, Any] = {}
        rest = dict(value)
        given: set[str] = set()
        for name, member in body["fields"].items():
            wire = member.get("validation_alias", name)
            if wire in value:
                values[name] = self._read(member["schema"], rest.pop(wire), f"{pointer}/{escape(wire)}", findings)
                given.add(name)
            elif member["schema"]["type"] == "default":
                values[name] = cls.model_fields[name].get_default(call_default_factory=True, validated_data={})
            else:
                findings.add(f"{pointer}/{escape(wire)}", member["schema"], UNSET)
                values[name] = UNSET
        extras = body.get("extras_schema")
        if extras is not None:
            rest = {key: self._read(extras, item, f"{pointer}/*", findings) for key, item in rest.items()}
        if cls is UnknownVariant:
            findings.add(pointer, {"type": "tagged-union"}, value)
        return _build(cls, values, rest, given)

    def _list(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        if not is_list(value):
            return findings.keep(pointer, schema, value)
        if not schema.get("min_length", 0) <= len(value) <= schema.get("max_length", len(value)):
            findings.add(pointer, schema, value)
        items = schema.get("items_schema")
        if items is None:
            return value
        return [self._read(items, item, f"{pointer}/{index}", findings) for index, item in enumerate(value)]

    def _dict(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        if not is_dict(value):
            return findings.keep(pointer, schema, value)
        values = schema.get("values_schema")
        if values is None:
            return value
        return {key: self._read(values, item, f"{pointer}/*", findings) for key, item in value.items()}

    def _tuple(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        items: list[Any] = schema["items_schema"]
        variadic = schema.get("variadic_item_index")
        if not is_list(value):
            return findings.keep(pointer, schema, value)
        if variadic is None and len(value) != len(items):
            return findings.keep(pointer, schema, value)
        if variadic is not None:
            repeats = len(value) - len(items) + 1
            if repeats < 0:
                return findings.keep(pointer, schema, value)
            items = items[:variadic] + [items[variadic]] * repeats + items[variadic + 1 :]
        pairs = enumerate(zip(items, value, strict=True))
        return tuple(self._read(item, part, f"{pointer}/{index}", findings) for index, (item, part) in pairs)

    # --- alternatives ------------------------------------------------------------------------------------------------

    def _union(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        result, noted = self._validate(schema, value)
        if result is not _FAILED and not noted:
            return result
        if not is_dict(value) and not is_list(value):
            return self._scalar_of(schema, value, pointer, findings)
        best: tuple[tuple[bool, int, int, int], Any, Findings] | None = None
        for choice in self._choices(schema):
            trial = Findings(steps=findings.steps)
            read = self._read(choice, value, pointer, trial)
            findings.steps = trial.steps
            misread = pointer in trial.unread
            rank = (misread, self._distance(choice, value), len(trial.drift), -_known_members(read))
            if best is None or rank < best[0]:
                best = (rank, read, trial)
        if best is None or pointer in best[2].unread:
            return findings.keep(pointer, schema, value)
        findings.take(best[2])
        return best[1]

    def _scalar_of(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        """A scalar that one of the alternatives takes is no drift, though an open enum beside it may have noted it."""
        for choice in self._choices(schema):
            result, noted = self._validate(choice, value)
            if result is not _FAILED and not noted:
                return result
        return self._leaf(schema, value, pointer, findings)

    def _tagged(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        choice = self._tagged_choice(schema, value)
        if choice is None:
            return self._leaf(schema, value, pointer, findings)
        return self._read(choice, value, pointer, findings)

    def _tagged_choice(self, schema: Any, value: object) -> Any:
        if not is_dict(value):
            return None
        given = schema["discriminator"]  # the wire name, or paths to it: by the Python name first, then by the alias
        if callable(given):
            tag = given(value)
            return schema["choices"].get(tag) if isinstance(tag, Hashable) else None
        paths: list[Any] = list(reversed(given)) if is_list(given) else [[given]]
        tags = (value.get(path[0]) for path in paths if len(path) == 1 and isinstance(path[0], str))
        choices = schema["choices"]
        return next((choices[tag] for tag in tags if isinstance(tag, (str, int)) and tag in choices), None)

    def _choices(self, schema: Any) -> Iterator[Any]:
        """The alternatives of nested unions, one after the other."""
        for choice in schema["choices"]:
            bare = self._bare(choice[0] if isinstance(choice, tuple) else choice)
            if bare["type"] == "union":
                yield from self._choices(bare)
            else:
                yield bare

    def _distance(self, schema: Any, value: object) -> int:
        """0: certainly this variant; 1: an unknown one; 2: a variant that lacks something that makes it one."""
        if schema["type"] == "tagged-union":
            return 0 if self._tagged_choice(schema, value) is not None else 2
        if schema["type"] != "model":
            return 0
        if schema["cls"] is UnknownVariant:
            return 1
        if not is_dict(value):
            return 2
        for name, member in self._bare(schema["schema"]).get("fields", {}).items():
            wire = member.get("validation_alias", name)
            if wire not in value:
                if member["schema"]["type"] != "default":
                    return 2
                continue
            constant = self._bare(member["schema"])["type"] == "literal"
            if constant and self._validate(member["schema"], value[wire])[0] is _FAILED:
                return 2
        return 0

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _leaf(self, schema: Any, value: object, pointer: str, findings: Findings) -> Any:
        result, noted = self._validate(schema, value)
        if result is _FAILED:
            if (
                schema["type"] == "int"
                and isinstance(value, float)
                and abs(value) < _EXACT_FLOAT
                and value.is_integer()
            ):
                return int(value)  # 50.0 is an integer in JSON Schema
            return findings.keep(pointer, schema, value)
        if noted:
            findings.add(pointer, schema, value)
        return result

    def _validate(self, schema: Any, value: object) -> tuple[Any, bool]:
        """Validate as the fast path does: as JSON and without coercion."""
        validator = self._validators.get(id(schema))
        if validator is None:
            validator = self._validators.setdefault(id(schema), self._validator(schema))
        notes = Notes()
        try:
            data = to_json(value)
            return validator.validate_json(data, strict=True, context=notes, by_alias=True, by_name=False), notes.noted
        except ValueError:  # ValidationError among them
            return _FAILED, notes.noted

    def _validator(self, schema: Any) -> SchemaValidator:
        needed: dict[str, Any] = {}
        todo = list(_references(schema))
        while todo:
            ref = todo.pop()
            if ref not in needed:
                needed[ref] = self._definitions[ref]
                todo.extend(self._needed_by(ref))
        whole: Any = {"type": "definitions", "schema": schema, "definitions": list(needed.values())}
        return SchemaValidator(whole if needed else schema)

    def _needed_by(self, ref: str) -> tuple[str, ...]:
        """The definitions that one of them refers to. Looked up once: in a large API each leads to all the others."""
        found = self._needs.get(ref)
        if found is None:
            found = self._needs[ref] = tuple(dict.fromkeys(_references(self._definitions[ref])))
        return found

    def _bare(self, schema: Any) -> Any:
        """Without references, defaults, nullability and validators around models."""
        while True:
            match schema["type"]:
                case "definition-ref":
                    schema = self._definitions[schema["schema_ref"]]
                case "default" | "nullable":
                    schema = schema["schema"]
                case "function-after" if schema["schema"]["type"] == "model":
                    schema = schema["schema"]
                case _:
                    return schema

    def _takes_null(self, schema: Any) -> bool:
        while schema["type"] in ("definition-ref", "default"):
            schema = self._definitions[schema["schema_ref"]] if schema["type"] == "definition-ref" else schema["schema"]
        return bool(schema["type"] == "nullable")


def _references(schema: Any) -> Iterator[str]:
    """The definitions that a core schema refers to, directly."""
    return (part["schema_ref"] for part in parts_of(schema) if part["type"] == "definition-ref")


def _is_plain_model(schema: Any) -> bool:
    return not schema.get("root_model") and not schema.get("custom_init")


def _known_members(value: object) -> int:
    return len(value.model_fields_set & type(value).model_fields.keys()) if isinstance(value, BaseModel) else 0


def _build(cls: type[BaseModel], values: dict[str, Any], extra: dict[str, Any], given: set[str]) -> BaseModel:
    """Make a model as pydantic's own validation would leave it, without validating."""
    model = cls.__new__(cls)
    object.__setattr__(model, "__dict__", values)
    object.__setattr__(model, "__pydantic_fields_set__", given | extra.keys())
    object.__setattr__(model, "__pydantic_extra__", extra)
    object.__setattr__(model, "__pydantic_private__", None)
    return model
