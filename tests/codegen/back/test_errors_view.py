"""Exceptions of a package stand in the order of the statuses that the document names."""

from __future__ import annotations

from credkit_codegen.views.errors import view_errors

from .apis import make_api, make_config, make_operation, make_response


def bases(*statuses: str) -> dict[str, str]:
    operations = tuple(
        make_operation(f"get{status}", "GET", f"/{status}", responses=(make_response(status),)) for status in statuses
    )
    view = view_errors(make_api(operations=operations), make_config())
    return {str(item.name): str(item.bases) for item in view.classes}


def test_who_catches_a_range_catches_every_status_of_it() -> None:
    found = bases("500", "404", "418", "5XX", "4xx")
    assert found == {
        "ClientSideError": "RecordError",
        "NotFoundError": "ClientSideError, errors.NotFoundError",
        "ImATeapotError": "ClientSideError",
        "ServerError": "RecordError, errors.ServerError",
        "InternalServerError": "ServerError",
    }
    assert list(found).index("ServerError") < list(found).index("InternalServerError")


def test_without_a_range_each_status_stands_for_itself() -> None:
    assert bases("500", "404", "default") == {
        "NotFoundError": "RecordError, errors.NotFoundError",
        "InternalServerError": "RecordError, errors.ServerError",
    }
