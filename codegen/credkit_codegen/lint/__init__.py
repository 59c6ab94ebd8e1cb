"""Lint: one walk over an OpenAPI document, rules for its nodes, findings with their places.

`lint_document` is the library's door, `command.main` that of the command line. Own rules are built from `Rule`, `Finding`,
`Kind` and `Node`.
"""

from __future__ import annotations

from .engine import Report, lint_document
from .kinds import Kind
from .node import Node
from .rule import Edit, Finding, Group, Profile, Rule
from .settings import Settings

__all__ = ["Edit", "Finding", "Group", "Kind", "Node", "Profile", "Report", "Rule", "Settings", "lint_document"]
