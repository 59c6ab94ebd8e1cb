"""The module of webhooks imports what its types name."""

from __future__ import annotations

from credkit_codegen import ir
from credkit_codegen.views.webhooks import view_webhooks

from .apis import HERE, make_api, make_object, make_property


def test_a_typed_event_beside_one_of_any_type_keeps_its_import() -> None:
    paid = make_object("Paid", make_property("id"))
    typed = ir.Webhook(name="paid", api_name="paid", type=ir.Named(name="Paid"), location=HERE)
    untyped = ir.Webhook(name="other", api_name="other", type=None, location=HERE)
    view = view_webhooks(make_api(webhooks=(typed, untyped), schemas=(paid,)))
    assert view.event == "'Any'"
    assert "lambda: models.Paid" in view.webhooks[0]
    assert "from . import models" in [line for group in view.imports for line in group]
