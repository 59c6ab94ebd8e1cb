"""The module of webhook events; it exists only where the document has some."""

from __future__ import annotations

from dataclasses import dataclass

from .. import ir
from ..annotations import Annotation, Annotator, join
from ..imports import RUNTIME_MODELS, Import, view_imports
from ..literals import Source, call, docstring, later, literal, one_line, titled, tuple_of

WEBHOOKS_MODULE = "credkit.runtime.webhooks"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksView:
    docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    event: Source
    webhooks: tuple[Source, ...]
    has_id_header: bool
    id_header: Source
    is_signed: bool
    signature: Source
    parse_docstring: Source


def view_webhooks(api: ir.Api) -> WebhooksView:
    annotator = Annotator(api.schemas_by_name, prefix="models.")
    event = _event(api, annotator)
    imports = {
        Import("collections.abc", "Mapping"),
        Import("collections.abc", "Sequence"),
        Import("typing", "TypeAlias"),
        *(Import(WEBHOOKS_MODULE, text) for text in ("ReplayStore", "Webhook", "WebhookEvent", "Webhooks")),
        *event.imports,
    }
    for webhook in api.webhooks:  # beside an event of any type, the union of all needs none of theirs
        imports |= annotator.evaluated(webhook.type).imports if webhook.type is not None else frozenset()
    signature = api.webhook_signature
    if signature is not None:
        imports.add(Import(WEBHOOKS_MODULE, _signature_class(signature)))
    return WebhooksView(
        docstring=docstring(_text(api)),
        imports=view_imports(imports),
        event=literal(str(event.text)),
        webhooks=tuple(_webhook(webhook, annotator) for webhook in api.webhooks),
        has_id_header=api.webhook_id_header is not None,
        id_header=literal(api.webhook_id_header),
        is_signed=signature is not None,
        signature=_signature(signature) if signature is not None else literal(None),
        parse_docstring=docstring(_parse_text(signed=signature is not None), 4),
    )


def _event(api: ir.Api, annotator: Annotator) -> Annotation:
    known = join(annotator.annotate(item.type if item.type is not None else ir.ANY) for item in api.webhooks)
    return known.also("UnknownVariant", imports={Import(RUNTIME_MODELS, "UnknownVariant")})


def _webhook(webhook: ir.Webhook, annotator: Annotator) -> Source:
    arguments = [literal(webhook.api_name)]
    options: dict[str, Source] = {}
    if webhook.type is not None:
        arguments.append(later(annotator.evaluated(webhook.type).text))
    if webhook.match is not None:
        options["match"] = tuple_of(literal(part) for part in webhook.match)
    return call("Webhook", *arguments, **options)


def _signature_class(signature: ir.WebhookSignature) -> str:
    return "StandardWebhooks" if signature.scheme == "standard-webhooks" else "HmacSignature"


def _signature(signature: ir.WebhookSignature) -> Source:
    if signature.scheme == "standard-webhooks":
        return call("StandardWebhooks", tolerance=literal(signature.tolerance_seconds))
    options: dict[str, Source] = {"header": literal(signature.header or "")}
    for key in ("timestamp_header", "id_header"):
        value = getattr(signature, key)
        if value is not None:
            options[key] = literal(value)
    for key in ("algorithm", "prefix", "encoding", "template"):
        options[key] = literal(getattr(signature, key))
    return call("HmacSignature", **options, tolerance=literal(signature.tolerance_seconds))


def _text(api: ir.Api) -> str:
    lines = [f"Events that {titled(api.title)} sends.", ""]
    for webhook in api.webhooks:
        summary = one_line(webhook.summary or webhook.description or "")
        origin = f" Called back by `{one_line(webhook.callback_of)}`." if webhook.callback_of else ""
        lines.append(f"- `{one_line(webhook.api_name)}`{': ' if summary else ''}{summary}{origin}")
    return "\n".join(lines)


def _parse_text(*, signed: bool) -> str:
    trust = (
        "With `secret`, the signature is checked and `event.verified` is true."
        if signed
        else "The vendor documents no signature: `event.verified` is always false, and anybody may have sent it."
    )
    return f"""Turn a delivery into a typed event. {trust}

Args:
    headers: of the delivery; names ignore case.
    body: exactly as received.
    secret: the signing secret, or several while it is being changed.
    replay: refuses what was taken before.
    tolerance: seconds that a delivery may be old.
    strict: refuse a body that contradicts the document.

Raises:
    WebhookError: the delivery is refused; the class says why."""
