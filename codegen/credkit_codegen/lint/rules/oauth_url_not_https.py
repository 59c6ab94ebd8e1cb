"""Addresses of OAuth2 and OpenID are https.

Why: client secrets and tokens travel to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OAUTH_FLOW, Kind.SECURITY_SCHEME)
KEYS = ("tokenUrl", "authorizationUrl", "refreshUrl", "openIdConnectUrl", "oauth2MetadataUrl", "deviceAuthorizationUrl")
BAD = """\
security:
  - login: []
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: http://login.pets.example/token  # <-
          scopes: {}
"""
GOOD = """\
security:
  - login: []
components:
  securitySchemes:
    login:
      type: oauth2
      flows:
        clientCredentials:
          tokenUrl: https://login.pets.example/token
          scopes: {}
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for key in KEYS:
        url = node.text(key).lower()
        if url.startswith("http://") and not url.startswith(("http://localhost", "http://127.0.0.1")):
            yield Finding(node, "expected an address that begins with https://; got http", "write https://", (key,))
