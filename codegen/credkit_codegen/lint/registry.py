"""The table of rules: id, group, and how severe each is in the profiles minimal, recommended and strict.

`off` means that the profile does not run it; `[lint] severity` switches any rule on. Rules marked `OURS` run only on
documents that keep our conventions (docs/spec-conventions.md).
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from ..diagnostics import Severity
from .rule import Group, Rule
from .settings import Settings

error, warning, info, off = Severity.ERROR, Severity.WARNING, Severity.INFO, None
OURS = True
V, R, N, D, E, S, P, G, C = (
    Group.VALIDITY,
    Group.REFERENCES,
    Group.NAMING,
    Group.DOCUMENTATION,
    Group.EXAMPLES,
    Group.SECURITY,
    Group.PATHS,
    Group.GENERATION,
    Group.CONVENTIONS,
)

# fmt: off
RULES: tuple[Rule, ...] = (
    #    id                             group  minimal  recommended  strict
    Rule("document-structure",             V,  error,   error,       error),
    Rule("pattern-invalid",                V,  error,   error,       error),
    Rule("pattern-not-portable",           V,  off,     warning,     warning),
    Rule("enum-duplicate",                 V,  error,   error,       error),
    Rule("bounds-contradict",              V,  error,   error,       error),
    Rule("required-undefined",             V,  off,     warning,     error),
    Rule("default-mismatch",               V,  error,   error,       error),
    Rule("enum-mismatch",                  V,  error,   error,       error),
    Rule("nullable-enum-without-null",     V,  off,     warning,     error),
    Rule("array-items-missing",            V,  error,   error,       error),
    Rule("allof-conflict",                 V,  off,     warning,     error),
    Rule("discriminator-property",         V,  off,     warning,     error),
    Rule("discriminator-mapping",          V,  error,   error,       error),
    Rule("nullable-misused",               V,  off,     warning,     error),
    Rule("type-missing",                   V,  off,     warning,     error),
    Rule("keyword-without-effect",         V,  off,     warning,     error),
    Rule("discriminator-default-missing",  V,  off,     warning,     error),
    Rule("item-schema-misplaced",          V,  off,     warning,     error),
    Rule("duplicate-key",                  V,  error,   error,       error),
    Rule("status-invalid",                 V,  error,   error,       error),

    Rule("ref-unresolved",                 R,  error,   error,       error),
    Rule("ref-circular",                   R,  error,   error,       error),
    Rule("ref-endless",                    R,  off,     error,       error),
    Rule("ref-siblings",                   R,  off,     warning,     error),
    Rule("ref-misplaced",                  R,  error,   error,       error),
    Rule("ref-wrong-kind",                 R,  error,   error,       error),
    Rule("component-unused",               R,  off,     warning,     warning),

    Rule("operation-id-missing",           N,  off,     warning,     error),
    Rule("operation-id-duplicate",         N,  error,   error,       error),
    Rule("operation-id-unsafe",            N,  off,     warning,     error),
    Rule("operation-id-casing",            N,  off,     off,         warning),
    Rule("component-name-invalid",         N,  error,   error,       error),
    Rule("schema-name-casing",             N,  off,     off,         warning),
    Rule("property-names-collide",         N,  off,     warning,     error),
    Rule("parameter-names-collide",        N,  off,     warning,     error),
    Rule("schema-names-collide",           N,  off,     warning,     error),
    Rule("operation-names-collide",        N,  off,     warning,     error),
    Rule("python-name-reserved",           N,  off,     info,        warning),

    Rule("info-description-missing",       D,  off,     info,        warning),
    Rule("operation-summary-missing",      D,  off,     warning,     warning),
    Rule("operation-description-missing",  D,  off,     off,         warning),
    Rule("operation-tag-missing",          D,  off,     off,         warning),
    Rule("tag-undeclared",                 D,  off,     warning,     warning),
    Rule("tag-duplicate",                  D,  off,     warning,     error),
    Rule("tag-parent-undefined",           D,  error,   error,       error),
    Rule("tag-description-missing",        D,  off,     off,         warning),
    Rule("deprecated-without-replacement", D,  off,     info,        warning),
    Rule("parameter-description-missing",  D,  off,     off,         warning),
    Rule("schema-description-missing",     D,  off,     off,         warning),
    Rule("response-description-empty",     D,  off,     warning,     warning),

    Rule("example-mismatch",               E,  off,     warning,     error),
    Rule("schema-example-mismatch",        E,  off,     warning,     error),
    Rule("example-value-and-external",     E,  error,   error,       error),
    Rule("example-twice",                  E,  error,   error,       error),
    Rule("example-secret",                 E,  error,   error,       error),
    Rule("example-missing",                E,  off,     off,         info),
    Rule("example-format",                 E,  off,     info,        warning),
    Rule("example-undocumented-member",    E,  off,     info,        info),

    Rule("security-scheme-undefined",      S,  error,   error,       error),
    Rule("security-scope-undefined",       S,  off,     error,       error),
    Rule("security-missing",               S,  off,     warning,     warning),
    Rule("server-not-https",               S,  off,     warning,     error),
    Rule("oauth-url-not-https",            S,  off,     warning,     error),
    Rule("api-key-in-query",               S,  off,     warning,     warning),
    Rule("secret-in-url",                  S,  off,     warning,     warning),
    Rule("credentials-in-server",          S,  error,   error,       error),

    Rule("path-parameter-undeclared",      P,  error,   error,       error),
    Rule("path-parameter-unused",          P,  error,   error,       error),
    Rule("path-parameter-optional",        P,  error,   error,       error),
    Rule("parameter-duplicate",            P,  error,   error,       error),
    Rule("parameter-style-invalid",        P,  error,   error,       error),
    Rule("querystring-misused",            P,  error,   error,       error),
    Rule("additional-method-invalid",      P,  error,   error,       error),
    Rule("path-ambiguous",                 P,  off,     error,       error),
    Rule("path-crossed",                   P,  off,     warning,     warning),
    Rule("path-trailing-slash",            P,  off,     warning,     warning),
    Rule("path-query",                     P,  error,   error,       error),
    Rule("path-malformed",                 P,  error,   error,       error),
    Rule("path-empty",                     P,  off,     info,        warning),
    Rule("body-on-read",                   P,  off,     warning,     warning),
    Rule("header-parameter-ignored",       P,  off,     warning,     warning),
    Rule("server-trailing-slash",          P,  off,     warning,     warning),
    Rule("server-variable-undeclared",     P,  error,   error,       error),
    Rule("server-name-duplicate",          P,  error,   error,       error),
    Rule("server-variable-default",        P,  off,     warning,     error),
    Rule("servers-missing",                P,  off,     warning,     warning),
    Rule("server-placeholder",             P,  off,     warning,     warning),

    Rule("success-response-missing",       G,  off,     warning,     error),
    Rule("error-response-missing",         G,  off,     info,        warning),
    Rule("error-schema-missing",           G,  off,     off,         info),
    Rule("media-type-schema-missing",      G,  off,     warning,     warning),
    Rule("content-empty",                  G,  off,     warning,     error),
    Rule("schema-untyped",                 G,  off,     info,        info),
    Rule("enum-openness-undecided",        G,  off,     off,         info),
    Rule("retry-after-undocumented",       G,  off,     off,         info),
    Rule("rate-limit-undeclared",          G,  off,     warning,     warning,  OURS),
    Rule("pagination-undeclared",          G,  off,     info,        warning,  OURS),
    Rule("pagination-inconsistent",        G,  error,   error,       error),
    Rule("retry-undeclared",               G,  off,     warning,     warning,  OURS),
    Rule("idempotency-undeclared",         G,  off,     warning,     warning,  OURS),
    Rule("retry-inconsistent",             G,  error,   error,       error),
    Rule("generator-refuses",              G,  off,     off,         error),
    Rule("generator-degrades",             G,  off,     off,         info),

    Rule("extension-unknown",              C,  off,     warning,     error,    OURS),
    Rule("extension-malformed",            C,  error,   error,       error),
    Rule("extension-misplaced",            C,  off,     warning,     error),
    Rule("enum-open-without-enum",         C,  off,     warning,     warning),
    Rule("source-missing",                 C,  off,     error,       error,    OURS),
    Rule("source-page-unknown",            C,  off,     error,       error,    OURS),
    Rule("source-page-unused",             C,  off,     warning,     warning,  OURS),
    Rule("secret-unmarked",                C,  off,     warning,     error,    OURS),
    Rule("webhook-event-missing",          C,  off,     warning,     warning,  OURS),
    Rule("webhook-event-inconsistent",     C,  error,   error,       error),
    Rule("section-order",                  C,  off,     warning,     warning,  OURS),
)
# fmt: on

# Findings of the engine itself; they are no modules, because they speak about rules and files, not about nodes.
ENGINE: dict[str, str] = {
    "rule-crashed": "A rule failed; all others have run.",
    "ignore-without-reason": "An exception (`x-lint-ignore`, `disable`) names no reason.",
    "ignore-unused": "An exception, or an entry of the baseline, matches no finding.",
    "config-invalid": "`client.toml` says something that lint does not know.",
    "openapi-version": "The document is no OpenAPI 3.0, 3.1 or 3.2.",
}


@cache
def known_ids() -> frozenset[str]:
    return frozenset(rule.id for rule in RULES) | frozenset(ENGINE)


def rules_for(settings: Settings, *, curated: bool) -> dict[Rule, Severity]:
    """The rules that run, with their severities, in the order of the table; the user's own come last."""
    found: dict[Rule, Severity] = {}
    for rule in (*RULES, *own_rules(settings.rules)):
        if rule.curated and not curated:
            continue
        if settings.only and rule.id not in settings.only:
            continue
        severity = settings.severity.get(rule.id) or rule.severity(settings.effective)
        if severity is None and settings.only:
            severity = rule.strict or Severity.WARNING
        if severity is not None:
            found[rule] = severity
    return found


def own_rules(path: Path | None) -> tuple[Rule, ...]:
    """`RULES` of the module that a configuration names.

    Raises:
        ValueError: there is no such module, it fails, or it holds no tuple of rules.
    """
    if path is None:
        return ()
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ValueError(f"{path}: expected a Python module with a tuple RULES")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as fault:
        raise ValueError(f"{path}: the module fails: {type(fault).__name__}: {fault}") from fault
    rules = getattr(module, "RULES", None)
    if not isinstance(rules, tuple) or not all(isinstance(rule, Rule) for rule in rules):
        raise ValueError(f"{path}: expected a tuple RULES of credkit_codegen.lint.Rule")
    return rules
