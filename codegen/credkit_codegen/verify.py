"""What was rendered is read back: only the kinds of code that templates can produce, and the values of the document unchanged.

The last line of defence. A text that escaped from its literal would show as code of a kind that no template prints, as a call
of something that is not ours, as an import from elsewhere, or as an operation that is not the document's.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from . import ir
from .files import GeneratedFile
from .names import derived_names

_Kinds: TypeAlias = frozenset[type[ast.AST]]
_KINDS: _Kinds = frozenset(
    {
        *(ast.Module, ast.Expr, ast.Constant, ast.Import, ast.ImportFrom, ast.alias, ast.If, ast.Assign, ast.AnnAssign),
        *(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.arguments, ast.arg, ast.Return, ast.Pass, ast.Await),
        *(ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Dict, ast.Lambda),
        *(ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub),
    }
)
_TEST_KINDS = _KINDS | {ast.With, ast.withitem, ast.Assert, ast.Compare, ast.Eq, ast.In}
# Of these there is nothing to say but that they may stand: most of a tree, so nothing else is asked of them.
_PLAIN = _KINDS - {
    *(ast.Import, ast.ImportFrom, ast.Call, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If),
}
_STANDARD = frozenset(
    {
        "__future__",
        "builtins",
        "importlib.resources",
        "json",
        "collections.abc",
        "datetime",
        "decimal",
        "functools",
        "typing",
        "uuid",
    }
)
_INSTALLED = frozenset({"pydantic", "pydantic.alias_generators", "typing_extensions", "pytest"})
_FUNCTIONS = frozenset(
    {
        *("Api", "KeyMode", "ApiKey", "Basic", "Bearer", "MutualTLS", "OAuth2", "Server", "ServerVariable"),
        *(
            "Operation",
            "PagedOperation",
            "Parameter",
            "Body",
            "Part",
            "Content",
            "Idempotency",
            "RateLimit",
            "Pagination",
        ),
        *(
            "ConfigDict",
            "Field",
            "TypeAliasType",
            "NewType",
            "TaggedBy",
            "lazy",
            "later",
            "raw",
            "async_raw",
            "all_pages",
            "async_all_pages",
            "super",
            "super().__init__",
        ),
        *("self._call", "self._stream", "self._stub"),
        *("Webhook", "Webhooks", "HmacSignature", "StandardWebhooks", "WEBHOOKS.parse", "Examples"),
    }
)


_IN_TESTS = frozenset(
    {
        "call",
        "plain",
        "same_json",
        "files",
        "json.loads",
        "File",
        "datetime.fromisoformat",
        "date.fromisoformat",
        "UUID",
        "Decimal",
    }
)
_ROOTS_IN_TESTS = frozenset({"stub", "client", "models", "pytest"})


class UnexpectedCode(RuntimeError):
    """Rendered code that no template can have meant; nothing is written."""


def verify_files(files: Iterable[GeneratedFile], api: ir.Api, package: str) -> tuple[str, ...]:
    """Check every Python file; returns the ids of the operations that the generated modules hold, in their order.

    Raises:
        UnexpectedCode: the file, the line and what stands there.
    """
    found: list[tuple[str, str, str]] = []
    classes = frozenset(_classes(api))
    for file in files:
        if file.is_python:
            tree = _parse(file)
            reader = (_Tests if file.path.parts[0] == "tests" else _Reader)(file, package, classes)
            reader.check(tree)
            _compile(file, tree)
            found.extend(_operations(tree))
    wanted = Counter((operation.operation_id, operation.method, operation.path) for operation in api.operations)
    if Counter(found) != wanted:
        missing = wanted - Counter(found)
        raise UnexpectedCode(f"the generated operations are not the document's: {sorted(missing) or 'too many'}")
    return tuple(operation_id for operation_id, _, _ in found)


def _classes(api: ir.Api) -> Iterator[str]:
    """Classes of the package that its own code instantiates: `Credentials(self)`."""
    for resource in api.resources:
        yield from derived_names(resource.class_name)


def _parse(file: GeneratedFile) -> ast.Module:
    try:
        return ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UnexpectedCode(f"{file.path}: not Python: {error}") from error


def _compile(file: GeneratedFile, tree: ast.Module) -> None:
    """What parses may still be no program: `return` outside of a function, an argument twice, too much nesting."""
    try:
        compile(tree, str(file.path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UnexpectedCode(f"{file.path}: not Python: {error}") from error


class _Reader:
    """Checks a module of the package."""

    kinds = _KINDS

    def __init__(self, file: GeneratedFile, package: str, classes: frozenset[str]) -> None:
        self.file = file
        self.package = package
        self.classes = classes

    def check(self, tree: ast.Module) -> None:
        for node in _walk(tree):
            problem = None if type(node) in _PLAIN else self._problem(node)
            if problem is not None:
                line = getattr(node, "lineno", 0)
                raise UnexpectedCode(f"{self.file.path}:{line}: {problem}, which no template prints")

    def _problem(self, node: ast.AST) -> str | None:
        if type(node) not in self.kinds:
            return f"a {type(node).__name__}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            foreign = [module for module in _modules(node) if not self._is_ours(module)]
            return f"an import of {foreign[0]}" if foreign else None
        if isinstance(node, ast.Call) and not self.is_our_call(node.func):
            return f"a call of {ast.unparse(node.func)[:80]}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            foreign = [ast.unparse(item)[:80] for item in node.decorator_list if not self.is_our_decorator(item)]
            return f"the decorator {foreign[0]}" if foreign else None
        if isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
            return "a condition"
        return None

    def _is_ours(self, module: str) -> bool:
        top = module.split(".")[0]
        return module.startswith(".") or module in _STANDARD | _INSTALLED or top in ("credkit", self.package)

    def is_our_decorator(self, decorator: ast.expr) -> bool:
        return isinstance(decorator, ast.Name) and decorator.id == "cached_property"

    def is_our_call(self, function: ast.expr) -> bool:
        if _dotted(function) in _FUNCTIONS:
            return True
        return isinstance(function, ast.Name) and function.id in self.classes


class _Tests(_Reader):
    """Checks a module of generated tests."""

    kinds = _TEST_KINDS

    def is_our_decorator(self, decorator: ast.expr) -> bool:
        return isinstance(decorator, ast.Call) and _dotted(decorator.func) == "pytest.mark.parametrize"

    def is_our_call(self, function: ast.expr) -> bool:
        text = _dotted(function)
        root = text.split(".")[0]
        if text in _IN_TESTS or root.startswith("call_") or text.startswith(("files(", "EXAMPLES[")):
            return True
        return root in _ROOTS_IN_TESTS if "." in text else text.endswith("Stub")


def _walk(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node but those that say how a name is used, quicker than `ast.walk`: a tree has a node for each word."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and field != "ctx":
                waiting.append(value)


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of names and attributes, the source of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ast.unparse(node)


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    else:
        yield "." * node.level + (node.module or "")


def _operations(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Name) and call.func.id in ("Operation", "PagedOperation"):
                values = {key.arg: key.value for key in call.keywords}
                yield tuple(ast.literal_eval(values[key]) for key in ("id", "method", "path"))
