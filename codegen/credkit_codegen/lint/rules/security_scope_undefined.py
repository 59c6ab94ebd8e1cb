"""A requirement asks only for scopes that the scheme defines.

Why: a token is asked for with scopes that the server refuses.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SECURITY_REQUIREMENT,)
BAD = """\
security:
  - login: [read, wirte]  # <-
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        clientCredentials: { tokenUrl: "https://example.com/token", scopes: { read: Read., write: Write. } }
"""
GOOD = """\
security:
  - login: [read, write]
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        clientCredentials: { tokenUrl: "https://example.com/token", scopes: { read: Read., write: Write. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for name in node.value:
        scheme = context.child(context.top, Kind.SECURITY_SCHEME, "components", "securitySchemes", name)
        if scheme is None:
            continue
        if scheme.text("type") == "oauth2":
            flows = [flow for flow in scheme.map("flows").values() if isinstance(flow, dict)]
            held = [flow.get("scopes") for flow in flows]
            known = {scope for scopes in held if isinstance(scopes, dict) for scope in scopes}
            for index, scope in enumerate(node.list(name)):
                if scope not in known:
                    yield Finding(
                        node,
                        f'expected a scope of "{name}"; "{scope}" is none',
                        "define it in the flow, or mend it",
                        (name, index),
                    )
        elif context.version == "3.0" and scheme.text("type") != "openIdConnect" and node.list(name):
            yield Finding(node, f'expected no scopes; "{name}" is not OAuth2', "write `[]`", (name,))
