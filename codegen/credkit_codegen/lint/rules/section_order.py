"""The sections of a curated document stand in the usual order.

Why: readers look for servers at the top and components at the end. Of a document that has overlays no order is asked: it stays as it
was published, and what an overlay brings comes behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Edit, Finding

ON = (Kind.DOCUMENT,)
ORDER = ("openapi", "info", "servers", "security", "tags", "paths", "webhooks", "components")
BAD = """\
openapi: 3.1.0
info: { title: Pets, version: "1", x-sources: {} }
components: { schemas: {} }
paths: {}  # <-
"""
GOOD = """\
openapi: 3.1.0
info: { title: Pets, version: "1", x-sources: {} }
paths: {}
components: { schemas: {} }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.document.overlays:
        return
    highest = -1
    for section in node.value:
        if section not in ORDER:
            continue
        index = ORDER.index(section)
        if index < highest:
            edit = Edit("order", "", ",".join(ORDER))
            yield Finding(
                node,
                f"expected {section} before {ORDER[highest]}; it stands after",
                f"order: {', '.join(ORDER)}",
                (section,),
                (edit,),
            )
        highest = max(highest, index)
