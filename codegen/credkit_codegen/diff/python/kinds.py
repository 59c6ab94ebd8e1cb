"""The kinds of change in a Python package: what they are called, how severe they are, what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from ...diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table."""

    id: str
    severity: Severity
    what: str
    means: str


error, warning, info = Severity.ERROR, Severity.WARNING, Severity.INFO

# fmt: off
KINDS: tuple[Kind, ...] = (
    Kind("python-method-renamed", error, "The method of an operation has another name, or stands in another resource.",
         "call it by its new name"),
    Kind("python-name-removed", error, "A public class, method, field or module is gone.",
         "code that names it fails: do without it, or use what replaces it"),
    Kind("python-name-added", info, "A public class, method, field or module is new.", "nothing to do"),
    Kind("python-kind-changed", error, "A public name stands for another kind of thing.", "use it as what it is now"),
    Kind("python-base-removed", error, "A class has lost a base.", "it is no longer caught, or accepted, as that base"),
    Kind("python-parameter-removed", error, "A method takes an argument no longer.", "calls that pass it fail: stop passing it"),
    Kind("python-parameter-added", info, "A method takes one more argument, which may be left out.", "nothing to do"),
    Kind("python-parameter-required", error, "An argument must be passed that could be left out, or that was not there.",
         "calls without it fail: pass it"),
    Kind("python-parameter-moved", error, "An argument by position stands elsewhere.", "pass it by name, or at its new place"),
    Kind("python-parameter-kind-changed", error, "An argument is passed in another way (by name, by position).",
         "pass it the way that is allowed now"),
    Kind("python-parameter-default-changed", warning, "An argument that is left out has another value.",
         "pass the value that you mean"),
    Kind("python-argument-type-changed", error, "An argument takes another type, or fewer types.",
         "pass a value of the type that is asked for"),
    Kind("python-argument-type-widened", info, "An argument takes more types.", "nothing to do"),
    Kind("python-result-type-changed", error, "A method returns another type, or more types.",
         "be ready for the type that comes"),
    Kind("python-result-type-narrowed", info, "A method returns fewer types.", "nothing to do"),
    Kind("python-field-type-changed", error, "A field of a model, or an alias, has another type.",
         "read, or write, the type that it has now"),
    Kind("python-field-type-compatible", info, "A field of a model, or an alias, has another type, in a way that hurts nobody.",
         "nothing to do"),
    Kind("python-union-widened", warning, "An open union has one more variant, and all others are read as they were.",
         "what came as `UnknownVariant` comes as the new class: code that lists all variants needs a branch for it"),
    Kind("python-test-fails", error, "A generated test of the earlier release fails with the new package.",
         "code that does what the test does fails: read what the test expects"),
    Kind("python-typing-fails", error, "Typed code that the earlier release accepted is refused by a type checker.",
         "mend the code where a type checker points"),
)
# fmt: on

BY_ID = {kind.id: kind for kind in KINDS}
