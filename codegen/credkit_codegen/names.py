"""The one family of functions that turns names of a document into Python names.

Any text goes in (any script, empty, keywords, control characters); a valid, NFKC-normalised identifier comes out that is
no keyword and shadows nothing that generated code needs. A name that is taken gets a trailing underscore (a class the
suffix `Schema`). `unique_names` settles collisions inside one namespace without depending on the order of its members.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEYWORDS = frozenset(keyword.kwlist) | {"_", "__debug__"}

# Attributes of pydantic's BaseModel and of our model base that a field must not hide (a test compares with the library).
MODEL_ATTRIBUTES = _names("""
    construct copy dict from_json from_orm json model_computed_fields model_config model_construct model_copy model_dump
    model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name model_post_init
    model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj parse_raw schema
    schema_json to_json update_forward_refs validate
    """)

# Names that annotations of a model use: a field of this name would hide the type from the fields after it.
ANNOTATION_NAMES = _names(
    "bool bytes date datetime decimal dict float int list object set str time timedelta tuple uuid"
)

# Names that stand at module level in generated models.
MODEL_MODULE_NAMES = _names("""
    Annotated Any BaseModel ConfigDict Decimal Field FileInput Literal Mapping Model ModelBase NewType NotNull Omittable OneOf
    OtherBool OtherFloat OtherInt OtherStr Secret Sequence TypeAlias UNSET UUID Union UnknownVariant Unset
    """)

# Classes of Python itself, of every version: an annotation that stands before a model of that name would mean them.
BUILTIN_CLASSES = _names("""
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
    BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
    ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception
    ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError
    ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
    KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented
    NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
    PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning
    StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError
    TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
    UnicodeWarning UserWarning ValueError Warning ZeroDivisionError
    """)

# Names that stand at module level in generated resource modules and in the client module.
RESOURCE_MODULE_NAMES = _names("""
    API Any Api ApiKey AsyncClient AsyncIterator AsyncPager AsyncRawResource AsyncResource AsyncStream Awaitable Basic Bearer
    Body CallOptions Client ClientOptions Content File FileInput Idempotency Iterator Literal Mapping MutualTLS OAuth2
    Operation PagedOperation Pager Pagination Parameter Part RateLimit RawResource RawResponse Resource Retry Sequence Server
    ServerVariable Stream UNSET UUID Union Unpack Unset
    """)

# `lazy` is a function of the package; the last ones cannot be files on Windows.
MODULE_NAMES = _names("client conftest errors examples lazy models py test testing tests webhooks aux con nul prn")
_MODULE_BYTES = 120  # of 255 that a file's name may have: `test_`, endings, and what caches add

# Members of the client class and of the resource classes that a generated attribute must not hide.
CLIENT_ATTRIBUTES = _names(
    "aclose api async_client base_url cached_property client close closed options request reset self serve str token_requests"
    " with_options"
)
RESOURCE_ATTRIBUTES = _names(
    "all_pages async_all_pages async_raw builtins cached_property date datetime models raw self with_raw_response"
)
ARGUMENT_NAMES = frozenset({"self", "options"})

SPELLED = {
    "+": "plus", "-": "minus", "<": "lt", ">": "gt", "=": "eq", "!": "not", "*": "star", "@": "at", "$": "dollar", "#": "hash",
    "%": "percent", "&": "and", "|": "or", "~": "tilde", "^": "caret", "/": "slash", ".": "dot", ":": "colon", "?": "question",
    "[": "key", "]": "",
}  # fmt: skip
_ASCII_CHUNK = re.compile(r"[A-Za-z0-9]+")
# One word, though its capitals say two: OAuth2, IPv4, ETag, iOS, macOS.
_ONE_WORD = re.compile(r"o auth\d*|i pv[46]|e tags?|i os|mac os")


@cache
def words(text: str) -> tuple[str, ...]:
    """The words of a name, as written, NFKC-normalised.

    Breaks: characters that an identifier cannot hold, `_`, `fooBar`, `HTTPServer`, `sha256Hash`. Digits stay with the
    word before them, at the start with the one after (`3DSecure`); a plural acronym (`userIDs`) and words with a capital
    of their own (`OAuth2`) stay whole.
    """
    found: list[str] = []
    for chunk in _chunks(text):
        if chunk.isascii() and chunk[1:] == chunk[1:].lower():  # one word, as most are
            found.append(chunk)
            continue
        found.extend(_cut(chunk))
    return tuple(found)


def _cut(chunk: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for index in range(1, len(chunk) + 1):
        if index < len(chunk) and not _breaks(chunk, start, index):
            continue
        part, start = chunk[start:index], index
        if parts and _ONE_WORD.fullmatch(f"{parts[-1]} {part}".lower()):
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _chunks(text: str) -> list[str]:
    """Runs of characters that an identifier may hold."""
    if text.isascii():
        return _ASCII_CHUNK.findall(text.replace("'", ""))
    normal = unicodedata.normalize("NFKC", text).replace("'", "").replace("’", "")
    return "".join(char if char != "_" and f"a{char}".isidentifier() else " " for char in normal).split()


def _breaks(chunk: str, start: int, index: int) -> bool:
    before, char = chunk[index - 1], chunk[index]
    if not char.isupper():
        return False
    if not before.isupper():
        return before.isalnum() and not chunk[start:index].isdigit()
    rest = chunk[index + 1 :]
    return bool(rest) and rest[0].islower() and not (rest[0] == "s" and (len(rest) == 1 or not rest[1].islower()))


@cache
def snake(text: str) -> str:
    """`programId` -> `program_id`; may be empty or start with a digit."""
    return unicodedata.normalize("NFKC", "_".join(word.lower() for word in words(text)))


@cache
def pascal(text: str) -> str:
    """`pet_status` -> `PetStatus`, `HTTPError` stays; may be empty or start with a digit."""
    chunks = _chunks(text)
    return "".join(_capital(chunk, several=len(chunks) > 1) for chunk in chunks)


def _capital(chunk: str, *, several: bool) -> str:
    if several and len(chunk) > 1 and chunk.isupper():
        return chunk[0] + chunk[1:].lower()
    upper = chunk[0].upper()
    return (upper if len(upper) == 1 else chunk[0]) + chunk[1:]


@cache
def spelled(text: str) -> str:
    """`text` with its symbols written as words: `+1` -> `plus 1`, `@type` -> `at type`, nothing -> `empty`."""
    parts: list[str] = []
    for char in unicodedata.normalize("NFKC", text):
        if f"a{char}".isidentifier() and char != "_":
            parts.append(char)
        elif char == "-" and "".join(parts).strip():
            parts.append(" dash ")
        else:
            word = SPELLED.get(char, "" if char.isspace() else unicodedata.name(char, "").lower())
            parts.append(f" {word} ")
    result = "".join(parts).strip()
    return result if words(result) else "empty"


def _identifier(text: str, make: Callable[[str], str], prefix: str) -> str:
    name = make(text)
    if not name or (name[0].isdigit() and text.lstrip()[:1] in "+-"):
        name = make(spelled(text))
    # A combining mark at the start of a word melts into what it now stands behind.
    return unicodedata.normalize("NFKC", name if name.isidentifier() else f"{prefix}{name}")


def _free(name: str, *taken: Collection[str], suffix: str = "_") -> str:
    while name in KEYWORDS or any(name in names for names in taken):
        name += suffix
    return name


def field_name(api_name: str) -> str:
    """Name of a model field for a property."""
    return _free(_identifier(api_name, snake, "value_"), MODEL_ATTRIBUTES, ANNOTATION_NAMES)


def argument_name(api_name: str) -> str:
    """Name of a keyword argument for a parameter."""
    return _free(_identifier(api_name, snake, "value_"), ARGUMENT_NAMES)


def method_name(operation_id: str) -> str:
    """Name of a method for an operation."""
    return _free(_identifier(operation_id, snake, "call_"), RESOURCE_ATTRIBUTES)


def resource_name(tag: str) -> str:
    """Name of the client's attribute for a group of operations."""
    return _free(_identifier(tag, snake, "group_"), CLIENT_ATTRIBUTES)


def module_name(tag: str) -> str:
    """Name of the module of a group of operations."""
    return _free(_identifier(tag, file_name, "group_"), MODULE_NAMES)


def file_name(text: str) -> str:
    """`snake` for a file: names that some file system takes for the same one are the same, and none is too long."""
    folded = unicodedata.normalize("NFKC", snake(text).casefold())
    return folded.encode()[:_MODULE_BYTES].decode(errors="ignore").rstrip("_")


def class_name(api_name: str) -> str:
    """A name as the class of a schema has it, or as a word of such a name."""
    return _free(_identifier(api_name, pascal, "Schema"), MODEL_MODULE_NAMES, suffix="Schema")


def model_name(api_name: str) -> str:
    """Name of a model class or alias for a schema: no class of Python's own."""
    return _free(class_name(api_name), BUILTIN_CLASSES, suffix="Schema")


def resource_class_name(tag: str) -> str:
    """Name of the class of a group of operations."""
    return _free(_identifier(tag, pascal, "Group"), RESOURCE_MODULE_NAMES, suffix="Resource")


def derived_names(class_name: str) -> tuple[str, ...]:
    """The classes that are generated for a group of operations, or for the client, by the name of the sync one."""
    twins = class_name, f"Async{class_name}"
    return (*twins, *(f"{twin}Raw" for twin in twins), f"{class_name}Stub")


def client_class_name(text: str) -> str:
    """Name of the client class: of the package, without our prefix."""
    return _free(_identifier(text, pascal, "Client"), RESOURCE_MODULE_NAMES, suffix="Api")


def package_name(text: str) -> str:
    """Import name of a package."""
    return _free(_identifier(text, snake, "client_"))


def constant_name(name: str) -> str:
    """Name of a module-level constant for a Python name: `issue` -> `ISSUE`.

    In a script without capitals the constant would be called like the method, and an argument of that name would hide it.
    """
    upper = unicodedata.normalize("NFKC", name.upper())
    own = upper if upper.isidentifier() and upper != name else f"OPERATION_{name}"
    return _free(own, {"API", "UNSET", "UUID", "WEBHOOKS", "EXAMPLES"})


def unique_names(
    api_names: Iterable[str],
    make: Callable[[str], str],
    *,
    taken: Collection[str] = (),
    given: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """One Python name for each of `api_names`, all different, none in `taken`.

    `given` names come first (configuration). Among names that fall together, the one that already is the Python name
    keeps it; the others are written with their symbols spelled out, and only then numbered, in sorted order: the result
    does not depend on the order of `api_names`, and a newcomer never takes the name of an exact match.
    """
    names = dict(given or {})
    used = set(taken) | set(names.values())
    groups: dict[str, list[str]] = {}
    for api_name in dict.fromkeys(api_names):
        if api_name not in names:
            groups.setdefault(make(api_name), []).append(api_name)
    late: list[tuple[str, str]] = []
    for plain, members in groups.items():
        if len(members) == 1 and plain not in used:
            names[members[0]] = plain
        else:
            members.sort(key=lambda member: (member != plain, make(spelled(member)) != plain, member))
            late.extend((plain, member) for member in members)
    used.update(names.values())
    for plain, member in late:
        longer = plain if member == plain else make(spelled(member))
        name = _numbered(longer, used if longer == plain else used | groups.keys())
        names[member] = name
        used.add(name)
    return names


def _numbered(name: str, used: Collection[str]) -> str:
    if name not in used:
        return name
    number = 2
    while f"{name}_{number}" in used:
        number += 1
    return f"{name}_{number}"


@cache
def singular(text: str) -> str:
    """The singular of the last word of an English plural, or the text as it is: `recipients` -> `recipient`."""
    lower = text.lower()
    if len(lower) < 4 or not lower.endswith("s") or lower.endswith(("ss", "us", "is", "series", "news")):
        return text
    if lower.endswith("ies"):
        return text[:-3] + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "zes")):
        return text[:-2]
    return text[:-1]
