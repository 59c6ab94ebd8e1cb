"""Every kind of change in a Python package, on packages of a few lines; and types as sets of what they let in."""

from __future__ import annotations

from pathlib import Path

import pytest

from credkit_codegen.diff.python.annotations import alias_step, annotation_step
from credkit_codegen.diff.python.compare import Package, diff_packages
from credkit_codegen.diff.python.kinds import KINDS
from credkit_codegen.diff.python.surface import read_surface
from credkit_codegen.diff.python.unions import variants_added
from credkit_codegen.diff.types import Step

HEAD = "from __future__ import annotations\nfrom typing import Literal, NewType, TypeAlias\nfrom . import models\n"
HOLDERS = """\
class Cat:
    kind: Annotated[Literal["cat"], Field(alias="type")]
class Dog:
    kind: Annotated[Literal["dog", "hound"], Field(alias="type")]
class Fish:
    kind: Annotated[Literal["fish"], Field(alias="type")]
class Any:
    kind: Annotated[str, Field(alias="type")]
class Elsewhere:
    kind: Literal["elsewhere"]
class Cat2:
    kind: Annotated[Literal["cat"], Field(alias="type")]
"""
# Method and models, before and after, and what is said.
CASES: list[tuple[str, str, str, str, list[str]]] = [
    ("def get(self, id: str) -> str: ...", "", "", "", ["python-name-removed pets.get is gone"]),
    ("", "", "def get(self, id: str) -> str: ...", "", ["python-name-added pets.get is new"]),
    ("get: int = 1", "", "def get(self) -> str: ...", "", ["python-kind-changed pets.get is function (was attribute)"]),
    (
        "def get(self, id: str, *, q: str | None = None) -> str: ...",
        "",
        "def get(self, id: str) -> str: ...",
        "",
        ["python-parameter-removed pets.get(): argument q is gone"],
    ),
    (
        "def get(self) -> str: ...",
        "",
        "def get(self, *, q: str | None = None) -> str: ...",
        "",
        ["python-parameter-added pets.get(): argument q is new"],
    ),
    (
        "def get(self) -> str: ...",
        "",
        "def get(self, *, q: str) -> str: ...",
        "",
        ["python-parameter-required pets.get(): argument q is new and required"],
    ),
    (
        "def get(self, *, q: str = '') -> str: ...",
        "",
        "def get(self, *, q: str) -> str: ...",
        "",
        ["python-parameter-required pets.get(): argument q became required"],
    ),
    (
        "def get(self, a: str, b: str) -> str: ...",
        "",
        "def get(self, b: str, a: str) -> str: ...",
        "",
        [
            "python-parameter-moved pets.get(): argument a moved",
            "python-parameter-moved pets.get(): argument b moved",
        ],
    ),
    (
        "def get(self, a: str) -> str: ...",
        "",
        "def get(self, *, a: str) -> str: ...",
        "",
        ["python-parameter-kind-changed pets.get(): argument a is passed in another way"],
    ),
    (
        "def get(self, *, n: int = 1) -> str: ...",
        "",
        "def get(self, *, n: int = 2) -> str: ...",
        "",
        ["python-parameter-default-changed pets.get(): argument n is 2 when left out (was 1)"],
    ),
    (
        "def get(self, a: int | str) -> str: ...",
        "",
        "def get(self, a: int) -> str: ...",
        "",
        ["python-argument-type-changed pets.get(): a takes int (was int | str)"],
    ),
    (
        "def get(self, a: int) -> str: ...",
        "",
        "def get(self, a: int | str) -> str: ...",
        "",
        ["python-argument-type-widened pets.get(): a takes int | str (was int)"],
    ),
    (
        "def get(self) -> str: ...",
        "",
        "def get(self) -> str | None: ...",
        "",
        ["python-result-type-changed pets.get() returns str | None (was str)"],
    ),
    (
        "def get(self) -> str | None: ...",
        "",
        "def get(self) -> str: ...",
        "",
        ["python-result-type-narrowed pets.get() returns str (was str | None)"],
    ),
    (
        "def get(self) -> models.Pet: ...",
        "class Pet(Exception):\n    a: str\n",
        "def get(self) -> models.Pet: ...",
        "class Pet:\n    a: str\n",
        ["python-base-removed models.Pet has bases none (was Exception)"],
    ),
    (
        "def get(self) -> models.Pet: ...",
        "class Pet:\n    a: str\n",
        "def get(self) -> models.Pet: ...",
        "class Pet:\n    a: str | None\n",
        ["python-field-type-changed models.Pet.a is str | None (was str)"],
    ),
    (
        "def add(self, pet: models.Pet) -> None: ...",
        "class Pet:\n    a: str\n",
        "def add(self, pet: models.Pet) -> None: ...",
        "class Pet:\n    a: str | None\n",
        ["python-field-type-compatible models.Pet.a is str | None (was str)"],
    ),
    (
        "def add(self, id: models.Id) -> None: ...",
        "Id: TypeAlias = str\n",
        "def add(self, id: models.Id) -> None: ...",
        'Id = NewType("Id", str)\n',
        ["python-field-type-changed models.Id is a type of its own (was str)"],
    ),
    (
        "def get(self) -> models.Id: ...",
        "Id: TypeAlias = str\n",
        "def get(self) -> models.Id: ...",
        'Id = NewType("Id", str)\n',
        ["python-field-type-compatible models.Id is a type of its own (was str)"],
    ),
    (
        "def get(self) -> models.Pet: ...",
        HOLDERS + 'Pet: TypeAlias = OneOf[Annotated[Cat | Dog, TaggedBy("kind", {"cat": Cat, "dog": Dog})]]\n',
        "def get(self) -> models.Pet: ...",
        HOLDERS
        + 'Pet: TypeAlias = OneOf[Annotated[Cat | Fish | Dog, TaggedBy("kind", {"cat": Cat, "fish": Fish, "dog": Dog})]]\n',
        ["python-union-widened models.Pet has Fish too"],
    ),
    (
        "def get(self) -> list[OneOf[models.Cat | models.Dog]]: ...",
        HOLDERS,
        "def get(self) -> list[OneOf[models.Cat | models.Dog | models.Fish]]: ...",
        HOLDERS,
        ["python-union-widened pets.get() may return Fish too"],
    ),
    (
        "def add(self, pet: models.Pet) -> None: ...",
        HOLDERS + "Pet: TypeAlias = OneOf[Cat | Dog]\n",
        "def add(self, pet: models.Pet) -> None: ...",
        HOLDERS + "Pet: TypeAlias = OneOf[Cat | Dog | Fish]\n",
        ["python-field-type-compatible models.Pet is OneOf[Cat | Dog | Fish] (was OneOf[Cat | Dog])"],
    ),
    ("_hidden: int = 1", "", "", "_Hidden = 1\n", []),
    ("LIST: Operation[int] = 1", "", "LIST: Operation[int] = 2", "", []),
]


def package(folder: Path, method: str, models: str, operations: dict[str, tuple[str, str]] | None = None) -> Package:
    home = folder / "credkit_pets"
    home.mkdir(parents=True)
    body = f"    {method}\n" if method else "    pass\n"
    twin = f"class Pets:\n{body}\n\nclass AsyncPets:\n{body}"
    for name, text in (("__init__", ""), ("pets", HEAD + twin), ("models", HEAD + models)):
        (home / f"{name}.py").write_text(text, encoding="utf-8")
    return Package(folder=folder, name="credkit_pets", shown="generated", operations=operations or {})


@pytest.mark.parametrize(
    ("old", "old_models", "new", "new_models", "said"), CASES, ids=[str(case[4])[:60] for case in CASES]
)
def test_kinds(old: str, old_models: str, new: str, new_models: str, said: list[str], tmp_path: Path) -> None:
    before, after = package(tmp_path / "old", old, old_models), package(tmp_path / "new", new, new_models)
    changes = diff_packages(before, after)
    assert [f"{item.rule} {item.message}" for item in changes] == said
    for item in changes:
        spot = item.new or item.old
        assert spot is not None
        assert spot.file.startswith("generated/credkit_pets/")
        assert spot.line > 0


def test_a_renamed_method_is_told_once(tmp_path: Path) -> None:
    call = "GET /pets"
    before = package(tmp_path / "old", "def list(self) -> str: ...", "", {"listPets": (call, "pets.list")})
    after = package(tmp_path / "new", "def find(self) -> str: ...", "", {"findPets": (call, "pets.find")})
    assert [item.message for item in diff_packages(before, after)] == ["pets.list() is now pets.find()"]


def test_every_kind_is_shown() -> None:
    shown = {said.split()[0] for case in CASES for said in case[4]}
    elsewhere = {"python-method-renamed", "python-test-fails", "python-typing-fails"}
    assert shown | elsewhere == {kind.id for kind in KINDS}


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("str", "str", Step.SAME),
        ("str", "str | None", Step.WIDENED),
        ("Omittable[str]", "str", Step.NARROWED),
        ("int", "float", Step.WIDENED),
        ("Literal['a'] | OtherStr", "Literal['a', 'b'] | OtherStr", Step.SAME),
        ("Literal['a']", "Literal['a', 'b']", Step.WIDENED),
        ("str", "Literal['a']", Step.NARROWED),
        ("list[str]", "list[str | None]", Step.WIDENED),
        ("list[str]", "Sequence[str]", Step.CHANGED),
        ("dict[str, int]", "dict[str, str]", Step.CHANGED),
        ("OneOf[A | B]", "OneOf[B | A]", Step.SAME),
        ("A", "B", Step.CHANGED),
        (None, "int", Step.NARROWED),
        ("not ( python", "int", Step.CHANGED),
    ],
)
def test_types(old: str | None, new: str | None, step: Step) -> None:
    assert annotation_step(old, new) is step


CAT_DOG = 'OneOf[Annotated[Cat | Dog, TaggedBy("kind", {"cat": Cat, "dog": Dog}, alias="type")]]'
PINNED = "OneOf[Annotated[Cat | Dog, Field(discriminator='kind')]]"


@pytest.mark.parametrize(
    ("old", "new", "added"),
    [
        (PINNED, "OneOf[Annotated[Cat | Dog | Fish, Field(discriminator='kind')]]", ("Fish",)),
        (PINNED, "OneOf[Annotated[Fish | Dog | Cat, Field(discriminator='kind')]]", ("Fish",)),
        # The union says itself what the classes said, and more.
        (
            PINNED,
            """OneOf[Annotated[Cat | Dog | Any, TaggedBy("kind", {"cat": Cat, "dog": Dog, "hound": Dog, "any": Any}, alias="type")]]""",
            ("Any",),
        ),
        (
            f"list[{PINNED}] | None",
            "list[OneOf[Annotated[Cat | Dog | Fish, Field(discriminator='kind')]]] | None",
            ("Fish",),
        ),
        ("OneOf[Cat | Dog]", "OneOf[Cat | Dog | Fish]", ("Fish",)),
        ("OneOf[Cat | Dog]", "OneOf[Fish | Cat | Dog]", ("Fish",)),
        ("OneOf[Cat | Dog | str]", "OneOf[Cat | Dog | str | Fish]", ("Fish",)),
        # A value of an old variant may be read as something else.
        ("OneOf[Cat | Dog]", "OneOf[Dog | Cat | Fish]", ()),
        ("OneOf[Cat | Dog]", "OneOf[Cat | Dog | Any]", ()),
        ("OneOf[Cat | Dog]", "OneOf[Cat | Dog | Elsewhere]", ()),
        ("OneOf[Cat | Dog]", "OneOf[Cat | Dog | Cat2]", ()),
        ("OneOf[Cat | Any]", "OneOf[Cat | Any | Fish]", ()),
        ("OneOf[Cat | Dog]", "OneOf[Cat | Dog | str]", ()),
        ("OneOf[Cat | Dog]", "OneOf[Cat | Dog | Nowhere]", ()),
        (PINNED, "OneOf[Cat | Dog | Fish]", ()),
        ("OneOf[Cat | Dog]", "OneOf[Annotated[Cat | Dog | Fish, Field(discriminator='kind')]]", ()),
        (PINNED, "OneOf[Annotated[Cat | Dog | Any, Field(discriminator='kind')]]", ()),
        # The union is told apart by another member, gives a value to another class, or takes objects without the tag.
        (CAT_DOG, """OneOf[Annotated[Cat | Dog | Any, TaggedBy("kind", {"cat": Cat, "dog": Dog, "any": Any})]]""", ()),
        (
            CAT_DOG,
            """OneOf[Annotated[Cat | Dog | Any, TaggedBy("kind", {"cat": Any, "dog": Dog}, alias="type")]]""",
            (),
        ),
        (
            CAT_DOG,
            """OneOf[Annotated[Cat | Dog | Any, TaggedBy("kind", {"cat": Cat, "dog": Dog, "any": Any}, alias="type", required=False)]]""",
            (),
        ),
        # Something else changed, too.
        ("OneOf[Cat | Dog]", "OneOf[Cat | Fish]", ()),
        ("OneOf[Cat | Dog]", "OneOf[Cat | Dog | Fish] | None", ()),
        ("Cat | Dog", "Cat | Dog | Fish", ()),
        ("tuple[OneOf[Cat | Dog], str]", "tuple[OneOf[Cat | Dog | Fish], int]", ()),
        ("tuple[OneOf[Cat | Dog], str]", "tuple[OneOf[Cat | Dog | Fish], str]", ("Fish",)),
    ],
)
def test_open_unions(old: str, new: str, added: tuple[str, ...], tmp_path: Path) -> None:
    home = package(tmp_path, "", HOLDERS)
    surface = read_surface(home.folder, home.name)
    assert variants_added(old, new, surface, surface) == added


def test_new_types() -> None:
    assert alias_step("str", 'NewType("Id", str)') is Step.NARROWED
    assert alias_step('NewType("Id", str)', "str") is Step.WIDENED
    assert alias_step('NewType("Id", str)', "int") is Step.CHANGED
