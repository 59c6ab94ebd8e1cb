"""Where the security schemes of a document put their credentials, and whether a request carries what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_plus

from .document import Document, Operation
from .wire import Captured


@dataclass(slots=True)
class Security:
    """The schemes of a document."""

    document: Document
    schemes: dict[str, Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        raw = (self.document.root.get("components") or {}).get("securitySchemes") or {}
        found = {name: self.document.resolve(scheme) for name, scheme in raw.items()}
        self.schemes = {name: scheme for name, scheme in found.items() if isinstance(scheme, Mapping)}

    @property
    def queries(self) -> frozenset[str]:
        """Names of query parameters that are credentials."""
        return frozenset(str(s["name"]) for s in self.schemes.values() if _carrier(s) == "query")

    def problems(self, operation: Operation, got: Captured) -> Iterator[str]:
        """Nothing, or a line that says which credentials are missing."""
        given = operation.node.get("security", self.document.root.get("security"))
        alternatives = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
        if not alternatives or any(all(self._carried(name, got) for name in one) for one in alternatives):
            return
        wanted = " or ".join(" and ".join(one) for one in alternatives)
        yield f"security: no credentials for {wanted}"

    def copied(self, source: Captured, target: Captured) -> Captured:
        """`target` with the credentials of `source`."""
        names = {str(s.get("name")).lower() for s in self.schemes.values() if _carrier(s) == "header"}
        headers = [pair for pair in source.headers if pair[0].lower() in names | {"authorization"}]
        own = {name.lower() for name, _ in headers}
        kept = [pair for pair in target.headers if pair[0].lower() not in own | {"cookie"}]
        cookies = [text for text in (source.header("cookie"), target.header("cookie")) if text]
        if cookies:
            kept.append(("cookie", "; ".join(dict.fromkeys(cookies))))
        pairs = [pair for pair in source.query.split("&") if unquote_plus(pair.partition("=")[0]) in self.queries]
        query = "&".join(filter(None, [target.query, *pairs]))
        return Captured(target.method, target.path + (f"?{query}" if query else ""), (*kept, *headers), target.body)

    def _carried(self, name: str, got: Captured) -> bool:
        scheme = self.schemes.get(name)
        if scheme is None:
            return True
        match _carrier(scheme):
            case "query":
                return any(pair.startswith(quote(str(scheme["name"]), safe="") + "=") for pair in got.query.split("&"))
            case "header":
                return got.header(str(scheme["name"])) is not None
            case "cookie":
                return f"{scheme['name']}=" in (got.header("cookie") or "")
            case "authorization":
                return got.header("authorization") is not None
            case _:
                return True


def _carrier(scheme: Mapping[str, Any]) -> str:
    if scheme.get("type") == "apiKey":
        return str(scheme.get("in"))
    return "" if scheme.get("type") == "mutualTLS" else "authorization"
