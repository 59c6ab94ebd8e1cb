"""What adapters of two-phase vendors share: handing over offers. An offer that was made stays made, whatever comes of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..model import Channel, Credential, CredentialStatus, Delivery, DeliveryStatus, Reason
from ..results import Issued, Results
from ..runtime.errors import ApiError, ConfigurationError, OutcomeUnknown
from ..steps import Flow
from .sending import bare, reason_of


def after_issuing(
    results: Results, channel: Channel, work: Callable[[Sequence[Issued]], Flow[list[Credential]]]
) -> Flow[Results]:
    """Hand over the offers of what was issued; every result keeps its kind.

    Args:
        work: gives the credentials of the issued ones in their order, with what came of handing over.
    """
    places = [position for position, result in enumerate(results) if isinstance(result, Issued)]
    issued = [result for result in results if isinstance(result, Issued)]
    if not issued:
        return results
    try:
        credentials = yield from work(issued)
    except Exception as error:
        credentials = [failed(one, channel, error) for one in issued]
    delivered = {
        position: Issued(one.request, credential)
        for position, one, credential in zip(places, issued, credentials, strict=True)
    }
    return [delivered.get(position, result) for position, result in enumerate(results)]


def failed(one: Issued, channel: Channel, error: Exception) -> Credential:
    """What was issued, whose delivery failed."""
    return replace(one.credential, delivery=Delivery(channel, DeliveryStatus.FAILED, reason_of(error)))


def told(credential: Credential, delivery: Delivery) -> Credential:
    """The credential, now that its holder was told or not."""
    offered = credential.status is CredentialStatus.OFFERED and delivery.status is DeliveryStatus.SENT
    return replace(credential, delivery=delivery, status=CredentialStatus.DELIVERED if offered else credential.status)


def hand_over(channel: Channel, act: Flow[Any]) -> Flow[Delivery]:
    """Deliver an offer; whatever goes wrong is in the answer, for the offer itself stands.

    Raises:
        ConfigurationError: nothing was sent, and nothing can be.
    """
    try:
        yield from act
    except ConfigurationError:
        raise
    except OutcomeUnknown as error:
        bare(error)
        message = "whether the holder was told is not known; telling again makes no second offer"
        return Delivery(channel, DeliveryStatus.UNKNOWN, Reason("answer_lost", message, retryable=True, error=error))
    except ApiError as error:
        return Delivery(channel, DeliveryStatus.FAILED, reason_of(error))
    return Delivery(channel, DeliveryStatus.SENT)
