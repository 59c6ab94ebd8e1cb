"""Local exceptions: `x-lint-ignore` in the document and `disable` in `client.toml`, each with a reason, none unused.

    x-lint-ignore:
      operation-summary-missing: The vendor's page has no words for this call.

It holds for the node that carries it and everything below.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..diagnostics import Severity
from .node import Node
from .rule import Finding
from .settings import Settings

if TYPE_CHECKING:
    from .engine import Found

MEMBER = "x-lint-ignore"


@dataclass(slots=True)
class Ignores:
    """The exceptions that a document makes, by file and pointer."""

    top: Node
    nodes: dict[tuple[str, str], Node] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        self.nodes.setdefault((node.document.file, node.pointer), node)

    def apply(self, found: list[Found], settings: Settings, ran: Container[str]) -> tuple[list[Found], int]:
        """What remains, with findings about the exceptions themselves; and how many findings were taken out.

        Args:
            ran: the rules that were asked for; of others, which a stricter profile has, nobody can say that an exception is not needed.
        """
        used: set[tuple[str, str, str]] = set()
        switched: set[str] = set()
        kept: list[Found] = []
        for item in found:
            if settings.disable.get(item.rule):
                switched.add(item.rule)
            elif not self._ignored(item, used):
                kept.append(item)
        hidden = len(found) - len(kept)
        kept.extend(_of_document(self.nodes, used, ran))
        kept.extend(_of_settings(self.top, settings, switched, ran))
        return kept, hidden

    def _ignored(self, item: Found, used: set[tuple[str, str, str]]) -> bool:
        if not self.nodes:
            return False
        file, pointer = item.finding.node.document.file, item.finding.pointer
        while True:
            node = self.nodes.get((file, pointer))
            if node is not None and node.map(MEMBER).get(item.rule):
                used.add((file, pointer, item.rule))
                return True
            if not pointer:
                return False
            pointer = pointer.rpartition("/")[0]


def _found(rule: str, finding: Finding) -> Found:
    from .engine import Found

    return Found(rule, Severity.ERROR if rule == "ignore-without-reason" else Severity.WARNING, finding)


def _of_document(
    nodes: dict[tuple[str, str], Node], used: set[tuple[str, str, str]], ran: Container[str]
) -> list[Found]:
    found: list[Found] = []
    for (file, pointer), node in nodes.items():
        given = node.value[MEMBER]
        if not isinstance(given, dict) or not given:
            finding = Finding(
                node, "expected rule ids with reasons", "write `rule-id: why it does not apply`", (MEMBER,)
            )
            found.append(_found("ignore-without-reason", finding))
            continue
        for rule, reason in given.items():
            path = (MEMBER, rule)
            if not isinstance(reason, str) or not reason.strip():
                help_ = f"write `{rule}: why it does not apply here`"
                found.append(
                    _found("ignore-without-reason", Finding(node, f"expected a reason to ignore {rule}", help_, path))
                )
            elif (file, pointer, rule) not in used and _can_be_found(rule, ran):
                message = f"expected a finding of {rule} here to ignore; there is none"
                found.append(_found("ignore-unused", Finding(node, message, "take the line out", path)))
    return found


def _of_settings(node: Node, settings: Settings, switched: set[str], ran: Container[str]) -> list[Found]:
    extra: list[Found] = []
    if settings.only:
        return extra
    for rule, reason in settings.disable.items():
        line = next((n for n, text in enumerate(settings.text.splitlines(), 1) if rule in text), 0)
        at = (settings.file, line, 1 if line else 0)
        if not reason:
            message, help_ = f"expected a reason to switch {rule} off", f'write `"{rule}" = "why"` under [lint] disable'
            extra.append(_found("ignore-without-reason", Finding(node, message, help_, at=at)))
        elif rule not in switched and _can_be_found(rule, ran):
            message, help_ = f"expected findings of {rule} to switch off; there are none", "take the line out"
            extra.append(_found("ignore-unused", Finding(node, message, help_, at=at)))
    return extra


def _can_be_found(rule: str, ran: Container[str]) -> bool:
    """Whether a rule would have found something: it ran, or the engine itself finds it; one that there is not never will."""
    from .registry import RULES

    return rule in ran or all(rule != one.id for one in RULES)
