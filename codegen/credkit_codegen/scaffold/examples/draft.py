"""Exchanges of a vendor's pages as an OpenAPI document, every part marked with the page that shows it and how little is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ... import names
from ...primitives import JSON
from .bodies import Bodies, holds_secret
from .page import Exchange, PageText
from .paths import method_of, operation_id, places, shared_prefix, templates
from .share import share_objects

Schema = dict[str, JSON]

# Headers that every client sends or that a client sets itself.
_STANDARD = frozenset(
    [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "origin",
        "referer",
        "user-agent",
    ]
)
_SCHEMES = {
    "bearer": ("bearerAuth", {"type": "http", "scheme": "bearer"}),
    "basic": ("basicAuth", {"type": "http", "scheme": "basic"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePage:
    """A page: its short key, its address, the file that holds its text, and what was read in it."""

    key: str
    url: str
    file: str
    text: PageText


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The document; names for Python by operationId; and what a person should know, each with its file and line."""

    document: Schema
    methods: dict[str, str]
    remarks: tuple[str, ...]


@dataclass(slots=True)
class Call:
    """All exchanges of one operation, each with its page."""

    host: str
    method: str
    path: str
    guessed: tuple[str, ...]
    seen: list[tuple[ExamplePage, Exchange]] = field(default_factory=list)

    @property
    def page(self) -> str:
        return self.seen[0][0].key

    def source(self, basis: str, note: str = "") -> Schema:
        found: Schema = {"page": self.page, "basis": basis}
        return {**found, "note": note} if note else found


def draft_document(title: str, pages: Sequence[ExamplePage], read: date) -> Draft:
    """The draft. `read` is the day on which the pages were read."""
    calls = _calls(pages)
    prefixes = {host: shared_prefix(call.path for call in calls if call.host == host) for host in _hosts(calls)}
    drafter = _Drafter(prefixes)
    for call in calls:
        drafter.add(call)
    used = {page.key for call in calls for page, _ in call.seen}
    info: Schema = {
        "title": title,
        "version": "0",
        "description": "Drafted from examples on the vendor's pages; what the pages say in words was not read.",
        "x-sources": {page.key: {"url": page.url, "read": read.isoformat()} for page in pages if page.key in used},
    }
    return Draft(
        document=drafter.document(info),
        methods=drafter.methods,
        remarks=(*(f"{page.file}:{line}: {why}" for page in pages for line, why in page.text.unread), *drafter.remarks),
    )


def _calls(pages: Sequence[ExamplePage]) -> list[Call]:
    declared = [path for page in pages for _, path in page.text.declared]
    printed = [path for path in declared if "{" in path or "<" in path or "$" in path]
    found: dict[tuple[str, str, str], Call] = {}
    for page in pages:
        for exchange in page.text.exchanges:
            request = exchange.request
            path, guessed = templates(request.path, [*printed, *declared])
            host = f"{request.scheme}://{request.host}"
            call = found.setdefault((host, request.method, path), Call(host, request.method, path, guessed))
            if not any(exchange.request == one.request and exchange.answer == one.answer for _, one in call.seen):
                call.seen.append((page, exchange))
    return list(found.values())


def _hosts(calls: Iterable[Call]) -> list[str]:
    """Hosts, the one with the most operations first."""
    return [host for host, _ in Counter(call.host for call in calls).most_common()]


class _Drafter:
    """Puts the document together, operation by operation."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self.prefixes = prefixes
        self.paths: Schema = {}
        self.schemes: Schema = {}
        self.bodies = Bodies()
        self.methods: dict[str, str] = {}
        self.tags: dict[str, None] = {}
        self.servers: dict[str, Schema] = {}
        self.remarks: list[str] = []

    def document(self, info: Schema) -> Schema:
        share_objects(self.bodies.schemas)
        components: Schema = {"schemas": self.bodies.schemas}
        servers: list[JSON] = [*self.servers.values()]
        if self.bodies.responses:
            components["responses"] = self.bodies.responses
        if self.schemes:
            components["securitySchemes"] = self.schemes
        return {
            "openapi": "3.1.0",
            "info": info,
            "servers": servers[:1],
            "tags": [{"name": name} for name in self.tags],
            "paths": self.paths,
            "components": components,
        }

    def add(self, call: Call) -> None:
        prefix = self.prefixes[call.host]
        path = call.path[len(prefix) :] or "/"
        if self._is_taken(path, call.method):
            # The same path on another server: its own prefix tells it apart.
            prefix, path = "", call.path
        if self._is_taken(path, call.method):
            page, exchange = call.seen[0]
            self.remarks.append(
                f"{page.file}:{exchange.line}: {call.method} {path} is on two servers; the second is left out"
            )
            return
        server = self.servers.setdefault(f"{call.host}{prefix}", _server(call, prefix))
        id_ = self._id(call.method, path)
        resource, method = method_of(call.method, path)
        self._name(id_, resource, method)
        self.tags.setdefault(resource)
        note = "Method, path and members are as the example shows them; the words of the page were not read."
        operation: Schema = {
            "operationId": id_,
            "tags": [resource],
            "summary": _sentence(id_),
            "x-source": call.source("example", note),
        }
        if call.method not in ("GET", "HEAD", "OPTIONS"):
            operation["x-retry"] = "unsafe"
        if server is not next(iter(self.servers.values())):
            operation["servers"] = [server]
        operation["security"] = self._security(call)
        if parameters := _parameters(call, path):
            operation["parameters"] = parameters
        if body := self.bodies.request(id_, call.source("example"), call.seen):
            operation["requestBody"] = body
        operation["responses"] = self.bodies.answers(id_, call.method, call.page, call.seen)
        self.remarks += _withheld(call)
        item = self.paths.setdefault(path, {})
        assert isinstance(item, dict)
        item[call.method.lower()] = operation

    def _is_taken(self, path: str, method: str) -> bool:
        item = self.paths.get(path)
        return isinstance(item, dict) and method.lower() in item

    def _id(self, method: str, path: str) -> str:
        wanted = operation_id(method, path)
        found, number = wanted, 2
        while found in self.methods:
            found, number = f"{wanted}{number}", number + 1
        self.methods[found] = ""
        return found

    def _name(self, id_: str, resource: str, method: str) -> None:
        """A name of its own for Python; the operationId's where the short one is taken."""
        short = f"{names.resource_name(resource)}.{names.method_name(method)}"
        taken = short in self.methods.values()
        self.methods[id_] = f"{names.resource_name(resource)}.{names.method_name(id_)}" if taken else short

    def _security(self, call: Call) -> list[JSON]:
        """What the examples of a call send; nothing may also mean that the page leaves it out."""
        kinds = {exchange.request.security for _, exchange in call.seen if exchange.request.security}
        found: list[JSON] = []
        for kind in sorted(kinds):
            header = kind.removeprefix("header:").title()
            name, scheme = _SCHEMES.get(kind) or ("apiKeyAuth", {"type": "apiKey", "in": "header", "name": header})
            known = self.schemes.setdefault(name, {**scheme, "x-source": call.source("example")})
            if isinstance(known, dict) and known.get("name") != scheme.get("name"):
                name = f"{names.snake(header)}_auth"
                self.schemes.setdefault(name, {**scheme, "x-source": call.source("example")})
            found.append({name: []})
        return found


def _server(call: Call, prefix: str) -> Schema:
    """The server of a call; a placeholder that all its paths share is a variable that a client demands."""
    server: Schema = {"url": f"{call.host}{prefix}"}
    if variables := places(prefix):
        server["variables"] = {name: {"default": f"${_constant(name)}", "x-required": True} for name in variables}
    note = f"The examples begin with {prefix}; that it belongs to the server and not to the paths is chosen here."
    return {**server, "x-source": call.source("inferred", note) if prefix else call.source("example")}


def _constant(name: str) -> str:
    """`identityEnvId` -> IDENTITY_ENV_ID."""
    return "_".join(word.upper() for word in names.words(name))


def _sentence(id_: str) -> str:
    """`batchIssueCredentials` -> "Batch issue credentials"."""
    return " ".join(word.lower() for word in names.words(id_)).capitalize()


def _parameters(call: Call, path: str) -> list[JSON]:
    found: list[JSON] = []
    for name in places(path):
        guessed = "The example has something here that looks like an id; that it varies, and its name, are guessed."
        source = call.source("inferred", guessed) if name in call.guessed else call.source("example")
        found.append({"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "x-source": source})
    queries: dict[str, list[str]] = {}
    headers: dict[str, None] = {}
    for _, exchange in call.seen:
        for name, value in exchange.request.query:
            queries.setdefault(name, []).append(value)
        own = exchange.request.security.removeprefix("header:")
        headers |= dict.fromkeys(name for name, _ in exchange.request.headers if name not in (*_STANDARD, own))
    for name, values in queries.items():
        found.append({"name": name, "in": "query", "schema": _scalar(values), "x-source": call.source("example")})
    for name in headers:
        schema: Schema = {"type": "string"}
        found.append({"name": name.title(), "in": "header", "schema": schema, "x-source": call.source("example")})
    return found


def _scalar(values: Sequence[str]) -> Schema:
    if all(value.isdecimal() and value.isascii() and len(value) < 16 for value in values):
        return {"type": "integer"}
    return {"type": "boolean"} if set(values) <= {"true", "false"} else {"type": "string"}


def _withheld(call: Call) -> Iterable[str]:
    for page, exchange in call.seen:
        if holds_secret(exchange.request.body) or holds_secret(exchange.answer):
            yield f"{page.file}:{exchange.line}: an example holds what looks like a real credential; it was left out"
