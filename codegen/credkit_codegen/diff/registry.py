"""The table of rules: id, what it breaks, and how severe it is in requests and in answers (see docs/diff.md).

An error breaks callers, a warning may, an info does not; `none` means that the change cannot happen in that direction.
"""

from __future__ import annotations

from functools import cache

from ..diagnostics import Severity
from .change import Verdict
from .pairs import Kind
from .rule import Rule

error, warning, info, none = Severity.ERROR, Severity.WARNING, Severity.INFO, None
W, B = Verdict.WIRE, Verdict.BEHAVIOUR

# fmt: off
RULES: tuple[Rule, ...] = (
    #    id                                 verdict  request  response
    # operations
    Rule("operation-removed",                   W,  error,   none),
    Rule("operation-added",                     W,  info,    none),
    Rule("operation-moved",                     W,  error,   none),
    Rule("operation-deprecated",                W,  warning, none),
    Rule("operation-undeprecated",              W,  info,    none),
    Rule("operation-sunset-changed",            W,  warning, none),
    Rule("operation-id-changed",                W,  info,    none),
    Rule("operation-tags-changed",              W,  info,    none),

    # parameters
    Rule("parameter-removed",                   W,  error,   none),
    Rule("parameter-added",                     W,  info,    none),
    Rule("required-parameter-added",            W,  error,   none),
    Rule("parameter-became-required",           W,  error,   none),
    Rule("parameter-became-optional",           W,  info,    none),
    Rule("parameter-encoding-changed",          W,  error,   none),
    Rule("parameter-deprecated",                W,  warning, none),
    Rule("path-parameter-renamed",              W,  info,    none),

    # bodies and answers
    Rule("body-removed",                        W,  error,   none),
    Rule("body-added",                          W,  info,    none),
    Rule("required-body-added",                 W,  error,   none),
    Rule("body-became-required",                W,  error,   none),
    Rule("body-became-optional",                W,  info,    none),
    Rule("media-type-removed",                  W,  error,   error),
    Rule("media-type-added",                    W,  info,    info),
    Rule("part-encoding-changed",               W,  error,   none),
    Rule("success-answer-removed",              W,  none,    error),
    Rule("success-answer-added",                W,  none,    warning),
    Rule("error-answer-removed",                W,  none,    info),
    Rule("error-answer-added",                  W,  none,    info),
    Rule("error-code-removed",                  W,  none,    warning),
    Rule("error-code-added",                    W,  none,    info),
    Rule("header-removed",                      W,  none,    error),
    Rule("header-added",                        W,  none,    info),
    Rule("header-became-optional",              W,  none,    error),
    Rule("header-became-required",              W,  none,    info),

    # types and values
    Rule("type-changed",                        W,  error,   error),
    Rule("type-narrowed",                       W,  error,   info),
    Rule("type-widened",                        W,  info,    error),
    Rule("null-allowed",                        W,  info,    error),
    Rule("null-forbidden",                      W,  error,   info),
    Rule("format-changed",                      W,  error,   error),
    Rule("format-added",                        W,  error,   info),
    Rule("format-removed",                      W,  info,    error),
    Rule("content-encoding-changed",            W,  error,   error),
    Rule("enum-value-removed",                  W,  error,   info),
    Rule("enum-value-added",                    W,  info,    error),
    Rule("enum-added",                          W,  error,   info),
    Rule("enum-removed",                        W,  info,    error),
    Rule("const-changed",                       W,  error,   error),
    Rule("range-narrowed",                      W,  error,   info),
    Rule("range-widened",                       W,  info,    warning),
    Rule("multiple-of-narrowed",                W,  error,   info),
    Rule("multiple-of-widened",                 W,  info,    warning),
    Rule("length-narrowed",                     W,  error,   info),
    Rule("length-widened",                      W,  info,    warning),
    Rule("pattern-added",                       W,  error,   info),
    Rule("pattern-removed",                     W,  info,    warning),
    Rule("pattern-changed",                     W,  error,   warning),
    Rule("condition-added",                     W,  error,   info),
    Rule("condition-removed",                   W,  info,    warning),
    Rule("condition-changed",                   W,  warning, warning),

    # objects and arrays
    Rule("property-removed",                    W,  error,   error),
    Rule("property-added",                      W,  info,    info),
    Rule("required-property-added",             W,  error,   none),
    Rule("property-became-required",            W,  error,   info),
    Rule("property-became-optional",            W,  info,    error),
    Rule("property-became-read-only",           W,  error,   none),
    Rule("property-became-write-only",          W,  none,    error),
    Rule("property-became-writable",            W,  info,    none),
    Rule("property-became-readable",            W,  none,    info),
    Rule("property-deprecated",                 W,  warning, warning),
    Rule("other-properties-forbidden",          W,  error,   info),
    Rule("other-properties-allowed",            W,  info,    info),
    Rule("property-count-narrowed",             W,  error,   info),
    Rule("property-count-widened",              W,  info,    warning),
    Rule("item-count-narrowed",                 W,  error,   info),
    Rule("item-count-widened",                  W,  info,    warning),
    Rule("unique-items-required",               W,  error,   info),
    Rule("unique-items-dropped",                W,  info,    warning),
    Rule("tuple-length-changed",                W,  error,   error),

    # unions
    Rule("variant-removed",                     W,  error,   info),
    Rule("variant-added",                       W,  info,    warning),
    Rule("union-added",                         W,  error,   info),
    Rule("union-removed",                       W,  info,    error),
    Rule("discriminator-changed",               W,  error,   error),
    Rule("discriminator-value-removed",         W,  error,   info),
    Rule("discriminator-value-added",           W,  info,    info),

    # events
    Rule("event-removed",                       W,  none,    error),
    Rule("event-added",                         W,  none,    info),

    # behaviour
    Rule("credentials-refused",                 B,  error,   none),
    Rule("credentials-accepted",                B,  info,    none),
    Rule("scope-required",                      B,  error,   none),
    Rule("scope-dropped",                       B,  info,    none),
    Rule("security-scheme-changed",             B,  error,   none),
    Rule("oauth-url-changed",                   B,  warning, none),
    Rule("oauth-scope-removed",                 B,  warning, none),
    Rule("default-server-changed",              B,  error,   none),
    Rule("server-removed",                      B,  error,   none),
    Rule("server-added",                        B,  info,    none),
    Rule("server-variable-changed",             B,  error,   none),
    Rule("default-changed",                     B,  warning, info),
    Rule("retry-class-changed",                 B,  warning, none),
    Rule("idempotency-dropped",                 B,  error,   none),
    Rule("idempotency-added",                   B,  info,    none),
    Rule("rate-limit-lowered",                  B,  warning, none),
    Rule("rate-limit-raised",                   B,  info,    none),
    Rule("pagination-removed",                  B,  error,   none),
    Rule("pagination-added",                    B,  info,    none),
    Rule("pagination-changed",                  B,  error,   none),
    Rule("page-size-lowered",                   B,  warning, none),
    Rule("page-size-raised",                    B,  info,    none),
    Rule("event-signature-changed",             B,  error,   none),
)
# fmt: on


@cache
def rules_on(kind: Kind) -> tuple[Rule, ...]:
    """The rules that look at one kind of pair, in the order of the table."""
    return tuple(rule for rule in RULES if rule.on is kind)


@cache
def known_ids() -> frozenset[str]:
    return frozenset(rule.id for rule in RULES)
