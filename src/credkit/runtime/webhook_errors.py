"""Why a delivery was refused. Texts hold no header value, no body and no secret.

WebhookError (ApiError)
├── WebhookSecretError       the secret given cannot be one, or the vendor does not sign at all
├── MalformedWebhook         a header or the body cannot be read: answer 400
├── UnverifiedWebhook        the signature is not the vendor's: answer 401
│   ├── MissingSignature     there is none
│   └── StaleWebhook         it was made too long ago, or in the future
├── ReplayedWebhook          it was handled before: answer 200, do nothing
└── ReplayCheckFailed        the replay store did not answer: answer 503, the vendor will try again
"""

from __future__ import annotations

from .errors import ApiError, ConfigurationError


class WebhookError(ApiError):
    """A delivery that was refused."""


class WebhookSecretError(WebhookError, ConfigurationError):
    """The secret given cannot be one, or the vendor does not sign at all."""

    advice = "Check the secret that the application was configured with"


class MalformedWebhook(WebhookError):
    """A header or the body cannot be read."""

    advice = "Answer 400"


class UnverifiedWebhook(WebhookError):
    """The signature is not the vendor's."""

    advice = "Answer 401; if every delivery fails, check the secret and that the raw body is passed, not a parsed one"


class MissingSignature(UnverifiedWebhook):
    """There is no signature, though a secret was given."""


class StaleWebhook(UnverifiedWebhook):
    """The delivery was made too long ago, or in the future."""

    advice = "Answer 401; if every delivery fails, check this machine's clock"


class ReplayedWebhook(WebhookError):
    """The delivery was handled before."""

    advice = "Answer 200 and do nothing"


class ReplayCheckFailed(WebhookError):
    """The replay store did not answer."""

    advice = "Answer 503: the vendor will try again"
