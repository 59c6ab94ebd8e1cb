"""The module of exceptions: one class for each error status that the document names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from .. import ir, names
from ..config import Config
from ..imports import Import, runtime, view_imports
from ..literals import Source, docstring, literal, name, one_line, titled

_RUNTIME_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "400": "BadRequestError",
        "401": "AuthenticationError",
        "403": "PermissionDeniedError",
        "404": "NotFoundError",
        "409": "ConflictError",
        "410": "GoneError",
        "422": "UnprocessableEntityError",
        "429": "RateLimitedError",
        "5XX": "ServerError",
    }
)
LOST_ANSWER = "the answer was lost; the vendor may have acted."


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorClassView:
    """One exception. `status` is the key in BY_STATUS."""

    name: Source
    status: Source
    bases: Source
    docstring: Source
    has_codes: bool
    codes: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsView:
    docstring: Source
    imports: tuple[tuple[Source, ...], ...]
    root: Source
    root_docstring: Source
    classes: tuple[ErrorClassView, ...]
    names: Mapping[str, str]
    """Class by documented status; "default" is the root."""

    def raised_by(self, operation: ir.Operation) -> Iterator[tuple[str, str]]:
        """Entries of `Raises:` for one operation."""
        for response in operation.responses:
            if not is_error(response.status):
                continue
            codes = ", ".join(one_line(code.code) for code in response.codes)
            text = codes or one_line(response.description or "").rstrip(".") or f"status {response.status}"
            yield self.names[status_key(response.status)], f"{text}."
        if operation.retry in (ir.RetryClass.UNSAFE, ir.RetryClass.TARGET_STATE):
            yield "OutcomeUnknown", LOST_ANSWER


def is_error(status: str) -> bool:
    return status[:1] in "45" or status == "default"


def status_key(status: str) -> str:
    """The status as BY_STATUS writes it: `4xx` -> `4XX`."""
    return status if status == "default" else status.upper()


def view_errors(api: ir.Api, config: Config) -> ErrorsView:
    root = f"{config.package.client}Error"
    taken = {schema.name for schema in api.schemas} | {root}
    codes = _codes_by_status(api)
    classes: list[ErrorClassView] = []
    above: dict[str, str] = {}
    for status in sorted(codes.keys() - {"default"}, key=lambda item: (item[0], item[1:] != "XX", item)):
        classes.append(_class(status, root, above.get(status[0]), taken, codes[status]))
        if status[1:] == "XX":  # who catches "any 5XX" catches what another operation calls a 500, too
            above[status[0]] = str(classes[-1].name)
    imports = {*runtime("errors"), *([Import("typing", "Literal")] if any(view.has_codes for view in classes) else [])}
    return ErrorsView(
        docstring=docstring(f"Errors of {titled(api.title)}."),
        imports=view_imports(imports),
        root=name(root),
        root_docstring=docstring(f"Every answer of {titled(api.title)} with an error status.", 4),
        classes=tuple(classes),
        names={"default": root, **{_status(view): str(view.name) for view in classes}},
    )


def _status(view: ErrorClassView) -> str:
    return str(view.status)[1:-1]


def _codes_by_status(api: ir.Api) -> dict[str, dict[str, str | None]]:
    """Documented codes and their descriptions, by status."""
    found: dict[str, dict[str, str | None]] = {}
    for operation in api.operations:
        for response in operation.responses:
            if is_error(response.status):
                codes = found.setdefault(status_key(response.status), {})
                for code in response.codes:
                    codes.setdefault(code.code, code.description)
    return found


def _class(
    status: str, root: str, above: str | None, taken: set[str], codes: Mapping[str, str | None]
) -> ErrorClassView:
    """`above` is the class of the range, where the document names one for any operation."""
    plain = _RUNTIME_CLASSES.get(status) or (_RUNTIME_CLASSES["5XX"] if status[0] == "5" and above is None else None)
    own = _class_name(status)
    while own in taken:
        own = f"{root.removesuffix('Error')}{own}"
    taken.add(own)
    bases = f"{above or root}, errors.{plain}" if plain else above or root
    return ErrorClassView(
        name=name(own),
        status=literal(status),
        bases=Source(bases),
        docstring=docstring(_text(status, codes), 4),
        has_codes=bool(codes),
        codes=Source(", ".join(literal(code) for code in sorted(codes))),
    )


def _class_name(status: str) -> str:
    """`404` -> NotFoundError, `402` -> PaymentRequiredError, `4XX` -> ClientSideError, `599` -> Status599Error."""
    if status in _RUNTIME_CLASSES:
        return _RUNTIME_CLASSES[status]
    if status == "4XX":
        return "ClientSideError"
    try:
        phrase = HTTPStatus(int(status)).phrase
    except ValueError:
        return names.class_name(f"Status {status} Error")
    return f"{names.pascal(phrase).removesuffix('Error')}Error"


def _text(status: str, codes: Mapping[str, str | None]) -> str:
    lines = [f"{status}."]
    for code in sorted(codes):
        description = one_line(codes[code] or "")
        lines.append(f"- {one_line(code)}: {description}" if description else f"- {one_line(code)}")
    return "\n".join([lines[0], "", *lines[1:]]) if codes else lines[0]
