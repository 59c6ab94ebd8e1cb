"""Models of large packages are loaded when a value shows them, and nobody can tell but by the time that it takes."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from credkit.runtime.decode import Decoded, decode_body
from credkit.runtime.models import UnknownVariant, extras, to_json, to_plain
from credkit.runtime.operation import Content

MODULES = {
    "__init__": """
from credkit.runtime import lazy

__getattr__ = lazy(__name__, {
    "Order": "._order", "Customer": "._customer", "Item": "._item", "Card": "._card", "Account": "._account",
    "Payment": "._payment", "Money": "._money", "Prices": "._prices", "Tender": "._tender",
})
""",
    "_order": """
from __future__ import annotations
from credkit.runtime.models import Model, Omittable, OneOf, later
from ._payment import Payment
later(__name__, "Account", "Customer", "Item")

class Order(Model):
    id: str
    customer: Omittable[OneOf[str | Customer | Account]] = None
    items: Omittable[list[Item]] = None
    by_name: Omittable[dict[str, Item]] = None
    payment: Payment | None = None
    parent: Omittable[Order] = None
""",
    "_customer": """
from __future__ import annotations
from datetime import datetime
from typing import Annotated
from pydantic import Field
from credkit.runtime.models import Model, Omittable, Secret, later
later(__name__, "Order")

class Customer(Model):
    kind: Annotated[str, Field(alias="customerKind")]
    since: Omittable[datetime] = None
    secret: Annotated[Omittable[str], Secret] = None
    last_order: Annotated[Omittable[Order], Field(alias="lastOrder")] = None
""",
    "_item": """
from __future__ import annotations
from credkit.runtime.models import Model, Omittable, later
later(__name__, "Money")

class Item(Model):
    name: str
    price: Omittable[Money] = None
    parts: Omittable[list[Item]] = None
""",
    "_card": """
from __future__ import annotations
from typing import Literal
from credkit.runtime.models import Model

class Card(Model):
    type: Literal["card"]
    number: str
""",
    "_account": """
from __future__ import annotations
from typing import Literal
from credkit.runtime.models import Model, Omittable, later
later(__name__, "Money")

class Account(Model):
    type: Literal["account"]
    iban: str
    limit: Omittable[Money] = None
""",
    "_payment": """
from __future__ import annotations
from typing import Annotated, TypeAlias
from pydantic import Field
from credkit.runtime.models import OneOf, later
later(__name__, "Account", "Card")

Payment: TypeAlias = OneOf[Annotated[Card | Account, Field(discriminator="type")]]
""",
    "_tender": """
from __future__ import annotations
from typing import Annotated, TypeAlias
from credkit.runtime.models import OneOf, TaggedBy, later
later(__name__, "Customer", "Item")

Tender: TypeAlias = OneOf[Annotated[Customer | Item, TaggedBy("kind", {"c": Customer, "i": Item}, alias="customerKind")]]
""",
    "_prices": """
from __future__ import annotations
from pydantic import Field
from credkit.runtime.models import Model, later
later(__name__, "Money", "Card")

class Prices(Model):
    __pydantic_extra__: dict[str, Money | Card] = Field(init=False)
    name: str
""",
    "_money": """
from __future__ import annotations
from decimal import Decimal
from credkit.runtime.models import Model

class Money(Model):
    amount: Decimal
""",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package `shop`, of which nothing is loaded."""
    (tmp_path / "shop").mkdir()
    for name, text in MODULES.items():
        (tmp_path / "shop" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    from importlib import import_module

    yield import_module("shop")
    from credkit.runtime import later

    later.stand_in.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def loaded() -> set[str]:
    return {name.removeprefix("shop._") for name in sys.modules if name.startswith("shop._")}


def read(type_: Any, value: object, content: Content | None = None) -> Decoded:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return decode_body(body, "application/json", (content or Content("application/json", lambda: type_),))


MONEY = {"amount": "0.10000000000000000001"}
ORDERS: list[tuple[dict[str, Any], set[str]]] = [
    ({"id": "o"}, set()),
    ({"id": "o", "customer": "cus_1", "items": [], "by_name": {}, "payment": None}, set()),
    ({"id": "o", "items": [{"name": "n"}]}, {"item"}),
    ({"id": "o", "by_name": {"a": {"name": "n", "price": MONEY}}}, {"item", "money"}),
    ({"id": "o", "parent": {"id": "p", "items": [{"name": "n", "parts": [{"name": "m"}]}]}}, {"item"}),
    ({"id": "o", "payment": {"type": "account", "iban": "i", "limit": MONEY, "new": 1}}, {"card", "account", "money"}),
    (
        {"id": "o", "customer": {"customerKind": "k", "since": "2020-01-01T00:00:00Z", "lastOrder": {"id": "p"}}},
        {"customer", "account"},
    ),
]


@pytest.mark.parametrize(("value", "needed"), ORDERS)
def test_what_a_value_shows_is_loaded_and_nothing_else(shop: Any, value: dict[str, Any], needed: set[str]) -> None:
    decoded = read(shop.Order, value)
    assert loaded() == {"order", "payment"} | needed
    assert decoded.drift == ()
    assert json.loads(to_json(decoded.value)) == value
    assert json.loads(to_json([decoded.value])) == [value]
    assert loaded() == {"order", "payment"} | needed, "writing loads nothing"
    eager = shop.Order.from_json(json.dumps(value))
    assert eager == decoded.value
    assert eager.model_dump(mode="json") == decoded.value.model_dump(mode="json")
    assert repr(eager) == repr(decoded.value)


def test_what_was_loaded_has_its_type(shop: Any) -> None:
    order = read(shop.Order, {"id": "o", "customer": {"customerKind": "k"}, "items": [{"name": "n"}]}).value
    assert type(order.customer) is shop.Customer
    assert type(order.items[0]) is shop.Item
    assert isinstance(order.customer, vars(sys.modules["shop._order"])["Customer"])


@pytest.mark.parametrize(
    ("value", "pointers"),
    [
        ({"id": "o", "items": "none"}, ["/items"]),
        ({"id": "o", "items": [{"name": 1}]}, ["/items/0/name"]),
        ({"id": "o", "items": ["x"]}, ["/items/0"]),
        ({"id": "o", "payment": {"type": "cheque"}}, ["/payment"]),
        ({"id": "o", "payment": {"type": "card"}}, ["/payment/number"]),
        ({"id": "o", "customer": {"customerKind": "k", "lastOrder": {}}}, ["/customer/lastOrder/id"]),
        ({"id": "o", "items": None}, ["/items"]),
    ],
)
def test_what_contradicts_is_kept_and_reported(shop: Any, value: dict[str, Any], pointers: list[str]) -> None:
    decoded = read(shop.Order, value)
    assert [drift.pointer for drift in decoded.drift] == pointers
    if pointers != ["/payment/number"] and not pointers[0].endswith("/id"):
        assert json.loads(to_json(decoded.value)) == value


def test_an_unknown_variant_is_one(shop: Any) -> None:
    order = read(shop.Order, {"id": "o", "payment": {"type": "cheque", "n": 1}}).value
    assert type(order.payment) is UnknownVariant


def test_types_around_models_are_read_the_same_way(shop: Any) -> None:
    for value, _ in ORDERS:
        assert json.loads(to_json(read(list[shop.Order], [value, value]).value)) == [value, value]
        assert json.loads(to_json(read(dict[str, shop.Order], {"a": value}).value)) == {"a": value}
        assert json.loads(to_json(read(shop.Order | shop.Item, value).value)) == value


def test_aliases_are_read_the_same_way(shop: Any) -> None:
    value = {"type": "card", "number": "4"}
    assert type(read(shop.Payment, value).value) is shop.Card


def test_in_python_everything_is_there_at_once(shop: Any) -> None:
    order = shop.Order(
        id="o", items=[{"name": "n"}], parent=shop.Order(id="p"), payment={"type": "card", "number": "4"}
    )
    assert type(order.items[0]) is shop.Item
    assert type(order.payment) is shop.Card
    assert order == shop.Order.model_validate(order.model_dump(exclude_unset=True))
    assert order == pickle.loads(pickle.dumps(order)) == copy.deepcopy(order)
    schema = json.dumps(shop.Order.model_json_schema())
    assert all(f"#/$defs/{name}" in schema for name in ("Customer", "Item", "Card", "Account", "Money"))


def test_what_was_read_before_it_is_used_in_python(shop: Any) -> None:
    first = read(shop.Order, {"id": "o", "customer": "c"}).value
    second = shop.Order(id="o", customer="c")
    assert first == second == pickle.loads(pickle.dumps(first)) == first.model_copy(deep=True)
    first.items = [shop.Item(name="n", price=shop.Money(amount="1.50"))]
    assert json.loads(to_json(first)) == {
        "id": "o",
        "customer": "c",
        "items": [{"name": "n", "price": {"amount": "1.50"}}],
    }


def test_reading_settles(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once everything has been seen, no validator is built any more; after many builds everything counts as seen."""
    from credkit.runtime import later

    builds: list[object] = []
    build = later.LaterValidator._build

    def counted(self: later.LaterValidator, shown: Any) -> Any:
        builds.append(shown)
        return build(self, shown)

    monkeypatch.setattr(later.LaterValidator, "_build", counted)
    content = Content("application/json", lambda: shop.Order)
    for _ in range(3):
        for value, _ in ORDERS:
            assert json.loads(to_json(read(shop.Order, value, content).value)) == value
    assert len(builds) <= 7
    before = len(builds)
    read(shop.Order, ORDERS[-1][0], content)
    assert len(builds) == before


def test_threads_read_at_the_same_time(shop: Any) -> None:
    content = Content("application/json", lambda: shop.Order)
    start, wrong = threading.Barrier(8), list[object]()

    def work(number: int) -> None:
        start.wait()
        for value, _ in ORDERS[number % 3 :] + ORDERS[: number % 3]:
            try:
                decoded = read(shop.Order, value, content)
                if decoded.drift or json.loads(to_json(decoded.value)) != value:
                    wrong.append(decoded)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []


def test_members_that_are_not_listed_are_loaded_when_they_show(shop: Any) -> None:
    found = read(shop.Prices, {"name": "n"})
    assert (found.drift, loaded()) == ((), {"prices"})
    value = {"name": "n", "eur": MONEY, "usd": MONEY}
    found = read(shop.Prices, value)
    assert found.drift == ()
    assert type(extras(found.value)["usd"]) is shop.Money
    assert to_plain(found.value) == value
    assert [drift.pointer for drift in read(shop.Prices, {**value, "usd": 1}).drift] == ["/*"]


def test_only_the_variant_that_a_tag_names_is_loaded(shop: Any) -> None:
    tender = shop.Tender
    value = {"customerKind": "c", "since": "2026-01-31T12:00:00Z"}
    found = read(tender, value)
    assert (type(found.value).__name__, found.drift) == ("Customer", ())
    assert to_plain(found.value) == value
    assert "item" not in loaded()
    unknown = read(tender, {"customerKind": "x", "name": "n"})
    assert isinstance(unknown.value, UnknownVariant)
    assert to_plain(unknown.value) == {"customerKind": "x", "name": "n"}
