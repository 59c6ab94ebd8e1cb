"""Lumen: one award at a time, found again by the reference that each send gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from credkit.adapters.base import AdapterBase, Filter, Known, Send, headers_of
from credkit.adapters.looking import towards
from credkit.adapters.sending import Item, member, moment, send_items, text
from credkit.capabilities import Capability, Support, no, yes
from credkit.model import Channel, Credential, CredentialStatus, IssueRequest, Template
from credkit.results import Results
from credkit.steps import Flow, call, emit
from credkit_lumen import AsyncLumen, Lumen, models

STATUS = {"given": CredentialStatus.ISSUED, "withdrawn": CredentialStatus.REVOKED}
CAN = {
    Capability.ISSUE: "`POST /awards`",
    Capability.LIST: "all at once",
    Capability.GET: "by id",
    Capability.REVOKE: "`POST /awards/{id}/withdraw`",
    Capability.PUBLIC_URL: "`credential.url`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LumenAdapter(AdapterBase[Lumen, AsyncLumen]):
    vendor: ClassVar[str] = "lumen"
    issue_operation: ClassVar[str] = "createAward"
    largest_batch: ClassVar[int] = 1
    reconciles_by_ticket: ClassVar[bool] = True
    capabilities: ClassVar[Mapping[Capability, Support]] = {
        one: yes(CAN[one]) if one in CAN else no("ask Lumen") for one in Capability
    }

    @classmethod
    def client_types(cls) -> tuple[type[Lumen], type[AsyncLumen]]:
        return Lumen, AsyncLumen

    def problem(self, request: IssueRequest, template: Template, deliver: Channel | None) -> str | None:
        if not request.subject.email:
            return "Lumen needs an e-mail address"
        return "Lumen takes no claims" if request.claims else None

    def send(self, items: Sequence[Item], send: Send) -> Flow[Results]:
        (item,) = items
        kind, subject = self.template_id(item.request), item.request.subject
        holder = models.Holder(name=subject.name, email=subject.email or "")
        return send_items(
            items,
            send,
            lambda client: client.awards.create(kind=kind, holder=holder, client_reference=send.token),
            lambda award: [_result(item, award)],
        )

    def look_up(self, items: Sequence[Item], now: datetime, known: Known) -> Flow[Results]:
        results: Results = []
        for item in items:
            found = yield from _listed(item.ticket.token)
            results.append(_result(item, found[0]) if found else item.not_found(now, self.settle_after))
        return results

    def get(self, credential: Credential) -> Flow[Credential]:
        return _credential((yield from call(lambda client: client.awards.get(credential.id))))

    def list(self, wanted: Filter) -> Flow[None]:
        found = yield from call(lambda client: client.awards.list())
        yield from emit([one for one in map(_credential, found.awards) if wanted.admits(one)])

    def revoke(self, credential: Credential, reason: str | None) -> Flow[Credential]:
        def act() -> Flow[Credential]:
            return _credential((yield from call(lambda client: client.awards.withdraw(credential.id))))

        return towards(act(), lambda: self.get(credential), lambda one: one.status is CredentialStatus.REVOKED)

    def probe(self) -> Flow[Mapping[str, str]]:
        return headers_of(lambda client: client.awards.with_raw_response.list())


def _listed(token: str) -> Flow[Any]:
    found = yield from call(lambda client: client.awards.list(client_reference=token))
    return found.awards


def _result(item: Item, award: Any) -> Any:
    mine = text(member(award, "id")) and member(award, "client_reference") == item.ticket.token
    return item.issued(_credential(award)) if mine else item.unanswered()


def _credential(award: Any) -> Credential:
    return Credential(
        vendor=LumenAdapter.vendor,
        id=award.id,
        status=STATUS.get(str(member(award, "state")), CredentialStatus.UNKNOWN),
        template=text(member(award, "kind")),
        url=text(member(award, "page")),
        issued_at=moment(member(award, "given_at")),
        raw=award,
    )
