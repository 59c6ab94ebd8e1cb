"""Objects with properties become classes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .. import names
from ..config import SchemaConfig
from ..ir import ANY, JSON, NULL, ObjectSchema, Property
from ..normalise import normalise_schema
from ..resolve import Node, UnresolvedRef, ref_of
from ..typeops import union_of
from .naming import Hint, place_key
from .shape import Shape, read_shape, telling_keys

if TYPE_CHECKING:
    from .schemas import Schemas


class Objects:
    """Builds classes; `owner` builds the types of their members."""

    def __init__(self, owner: Schemas) -> None:
        self.owner = owner

    def build(self, name: str, api_name: str | None, shape: Shape, hint: Hint) -> ObjectSchema:
        """The class for an object with properties."""
        # A member that is required without being described may be anything, but it must be there.
        undescribed = sorted(shape.required - shape.properties.keys())
        members = [*shape.properties, *undescribed]
        additional = self.owner.additional(shape, hint)
        given = self.owner.config.schemas.get(api_name or name, SchemaConfig()).fields
        fields = names.unique_names(members, names.field_name, given={k: v for k, v in given.items() if k in members})
        return ObjectSchema(
            name=name,
            api_name=api_name,
            properties=(
                *(self._property(key, fields[key], shape, hint) for key in shape.properties),
                *(
                    Property(name=fields[key], api_name=key, type=ANY, required=True, location=shape.node.location)
                    for key in undescribed
                ),
            ),
            additional=additional,
            title=shape.fact("title"),
            description=shape.fact("description"),
            deprecated=shape.facts.get("deprecated") is True,
            source=self.owner.sources.of(shape.node),
            examples=_examples(shape),
            location=shape.node.location,
        )

    def _home(self, node: Node, hint: Hint) -> Hint:
        """Where a property belongs: to the component that writes it down, though others take it over through allOf."""
        top = "/".join(node.pointer.split("/")[:4]) if node.document is self.owner.documents.root else ""
        name = self.owner.components.get((node.document.file, top))
        if name is None or hint.key.startswith(f"#{top}/"):
            return hint
        return Hint(name=name, key=place_key(self.owner.documents, Node(node.document, top, None)))

    def _is_marked(self, node: Node, key: str, *, required: bool) -> bool:
        """Whether a property says so itself, or what it refers to does.

        In 3.0 what stands beside a reference does not count, though it is meant: it frees from what nobody can give.
        """
        is_reference = ref_of(node.value) is not None
        if node.map.get(key) is True and (required or not is_reference or self.owner.documents.version != "3.0"):
            return True
        try:
            return is_reference and self.owner.documents.follow(node).map.get(key) is True
        except UnresolvedRef:
            return False

    def _together(self, nodes: list[Node]) -> Shape:
        """What several schemas of one property say. Its place is the first one's, and its text is all of theirs."""
        shape = read_shape(self.owner.documents, nodes, self.owner.notes)
        text: list[JSON] = [node.value for node in nodes]
        return replace(shape, node=Node(nodes[0].document, nodes[0].pointer, {"allOf": text}))

    def _property(self, api_name: str, name: str, owner: Shape, hint: Hint) -> Property:
        nodes = owner.properties[api_name]
        telling = [node for node in nodes if telling_keys(node)] or nodes[:1]
        homes = [self._home(node, hint) for node in telling]
        if len(telling) == 1 or all(node.value == telling[0].value for node in telling):
            type_ = self.owner.type_of(telling[0], homes[0].member(api_name))
            if nodes[0] is not telling[0] and normalise_schema(nodes[0].value).get("nullable"):
                type_ = union_of([type_, NULL])
        else:
            # What several say together belongs to whoever brings them together, unless one component says it all.
            home = homes[0] if all(item == homes[0] for item in homes) else hint
            type_ = self.owner.inline(self._together(telling), home.member(api_name))
        facts = {key: value for node in reversed(nodes) for key, value in node.map.items()}
        required = api_name in owner.required
        description = facts.get("description")
        return Property(
            name=name,
            api_name=api_name,
            type=type_,
            required=required,
            description=description if isinstance(description, str) and description.strip() else None,
            has_default="default" in facts,
            default=facts.get("default"),
            read_only=any(self._is_marked(node, "readOnly", required=required) for node in nodes),
            write_only=any(self._is_marked(node, "writeOnly", required=required) for node in nodes),
            deprecated=facts.get("deprecated") is True,
            secret=facts.get("x-secret") is True or facts.get("format") == "password",
            location=nodes[0].location,
        )


def _examples(shape: Shape) -> tuple[tuple[str, JSON], ...]:
    listed = shape.facts.get("examples")
    if isinstance(listed, list) and listed:
        return tuple((f"example_{number}", value) for number, value in enumerate(listed, 1))
    return (("example", shape.facts["example"]),) if "example" in shape.facts else ()
