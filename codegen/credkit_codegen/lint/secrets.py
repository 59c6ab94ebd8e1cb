"""What looks like a secret: values in examples, names of fields. Findings say where, never what."""

from __future__ import annotations

import re

from .. import names

# Well-known shapes of real credentials. Placeholders such as `sk_test_...` or `<token>` have none of them.
# The words before each are parts of which one is in every such text: looking for them first is far quicker.
_SHAPES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("a private key", ("-----BEGIN ",), re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an AWS access key", ("AKIA", "ASIA"), re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b")),
    (
        "a GitHub token",
        ("gh", "github_pat_"),
        re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}\b"),
    ),
    ("a Slack token", ("xox",), re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}")),
    ("a Google API key", ("AIza",), re.compile(r"\bAIza[A-Za-z0-9_-]{35}\b")),
    ("a live key", ("_live_",), re.compile(r"\b[a-z]{2,8}_live_[A-Za-z0-9]{16,}\b")),
    ("a test key", ("_test_",), re.compile(r"\b[a-z]{2,8}_test_[A-Za-z0-9]{20,}\b")),
    ("an OpenAI key", ("sk-",), re.compile(r"\bsk-(proj-)?[A-Za-z0-9_-]{32,}\b")),
    (
        "a password in an address",
        ("://",),
        re.compile(r"\b[a-z][a-z0-9+.-]*://[^/\s:@<>{}]+:[^/\s:@<>{}*]{3,}@[^\s/]+"),
    ),
)


def redact(text: str) -> str:
    """The text with everything that looks like a credential masked, for lines that are shown beside a finding."""
    for _, _, shape in _SHAPES:
        text = shape.sub("***", text)
    return text


# Words of a name that say that its value gives access.
_SECRET = frozenset(
    [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "credential_secret",
        "private_key",
        "api_key",
        "access_token",
        "refresh_token",
    ]
)
_LAST = frozenset(["password", "passwd", "passphrase", "secret"])
_ABOUT = frozenset(
    [
        "id",
        "url",
        "uri",
        "name",
        "type",
        "at",
        "expires",
        "expiry",
        "length",
        "hint",
        "policy",
        "count",
        "version",
        "status",
        "required",
    ]
)


def looks_secret(text: str) -> str | None:
    """What kind of secret a text looks like, or None."""
    if len(text) < 12:
        return None
    for what, parts, shape in _SHAPES:
        for part in parts:
            if part in text and shape.search(text):
                return what
    return None


def secret_name(name: str) -> bool:
    """Whether a field of this name holds a secret: `clientSecret`, `password`, `accessToken`; not `secretName`."""
    parts = [word.lower() for word in names.words(name)]
    if not parts or parts[-1] in _ABOUT:
        return False
    return parts[-1] in _LAST or "_".join(parts[-2:]) in _SECRET
