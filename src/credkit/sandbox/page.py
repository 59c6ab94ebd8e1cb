"""The page: what was issued and to whom, what was sent, what was asked, and switches for faults and the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from .faults import KINDS, Fault
from .html import Child, Html, document, tag
from .hub import Hub
from .outbox import Delivery, Email
from .simulator import Issued, Simulator

SHOWN = 50
"""How many records of a kind the page shows, the newest first."""

STYLE = """
:root { color-scheme: light dark; --line: #8885; --dim: #777; --card: #8881; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.25rem; margin: 0; } h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
header { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center; justify-content: space-between; }
nav { margin: .75rem 0; } nav a { margin-right: 1rem; }
section { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 1rem 0; background: var(--card); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; }
code { font: .85em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
form { display: inline-flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .1rem .3rem .1rem 0; }
input, select, button { font: inherit; font-size: .85rem; padding: .2rem .45rem; }
label { font-size: .85rem; color: var(--dim); display: inline-flex; gap: .3rem; align-items: center; }
input[type=number] { width: 5rem; }
.dim { color: var(--dim); } .none { color: var(--dim); font-style: italic; margin: .3rem 0; }
.status { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .55rem; font-size: .8rem; white-space: nowrap; }
.good { color: #1a7f37; } .bad { color: #c62828; } .wait { color: #9a6700; }
@media (prefers-color-scheme: dark) { .good { color: #4ac26b; } .bad { color: #ff7b72; } .wait { color: #d4a72c; } }
ol.life { margin: 0; padding-left: 1.1rem; } details summary { cursor: pointer; }
img.qr { width: 14rem; height: 14rem; background: #fff; padding: .5rem; display: block; margin: .4rem 0; }
.note { border-left: 3px solid var(--dim); padding-left: .7rem; }
"""

_GOOD = {"active", "issued", "completed", "verified", "claimed", "live", "test"}
_BAD = {"revoked", "failed", "expired", "rejected", "suspended"}


def render(hub: Hub, base_urls: dict[str, str], note: str = "") -> Html:
    """The whole page."""
    return document(
        "Credkit sandbox",
        _header(hub),
        tag("p", note, class_="note", role="status") if note else None,
        tag("nav", [tag("a", one.title, href=f"#{one.name}") for one in hub]),
        [_vendor(simulator, base_urls[simulator.name]) for simulator in hub],
        tag("p", "Nothing here is real: keys, people and credentials are made up. ", class_="dim"),
        style="/style.css",
    )


def _header(hub: Hub) -> Html:
    now = hub.clock.now()
    kind = "runs" if hub.clock.running else "stands until it is moved"
    clock = tag("p", "The clock ", kind, ": ", tag("strong", _time(now), id="now"))
    moves = [("an hour", 3600), ("a day", 86400), ("30 days", 30 * 86400), ("a year", 366 * 86400)]
    forward = [_form("/clock", tag("button", f"+ {text}", name="seconds", value=by)) for text, by in moves]
    kept = [
        _form("/restore", tag("button", f"Back to {name}", name="name", value=name)) for name in sorted(hub.snapshots)
    ]
    keep = _form("/snapshot", tag("input", name="name", value="a moment", aria_label="Name"), tag("button", "Keep"))
    switches = tag("div", forward, keep, kept, _form("/deliver", tag("button", "Send webhooks")))
    return tag("header", tag("h1", "Credkit sandbox"), clock, switches, _form("/reset", tag("button", "Reset all")))


def _vendor(simulator: Simulator[Any], base_url: str) -> Html:
    issued = simulator.issued()
    keys = [tag("li", tag("code", key.value), f" ({key.name})") for key in simulator.keys]
    secrets = [
        tag("li", "secret of ", tag("code", key.value), ": ", tag("code", key.secret))
        for key in simulator.keys
        if key.secret
    ]
    mode = (
        "strict: refuses what the document does not allow"
        if simulator.strict
        else "lenient: does what the vendor would"
    )
    return tag(
        "section",
        tag("h2", simulator.title),
        tag("p", "Base URL ", tag("code", base_url), " · ", mode),
        tag("details", tag("summary", "Test keys"), tag("ul", keys, secrets)),
        tag("h3", f"Issued ({len(issued)})"),
        _table(["What", "To", "Status", "Life", ""], [_issued_row(simulator, one) for one in issued[:SHOWN]]),
        tag("h3", "Faults on order"),
        _faults(simulator),
        tag("h3", "Outbox"),
        _outbox(simulator),
        tag("h3", "Last requests"),
        _requests(simulator),
        id=simulator.name,
    )


def _issued_row(simulator: Simulator[Any], one: Issued) -> list[Child]:
    life = tag("ol", [tag("li", _time(moment.at), " ", moment.what) for moment in one.life], class_="life")
    what: list[Child] = [one.what, tag("div", tag("code", one.id))]
    return [what, one.to, _status(one.status), life, [_offer(simulator, one), _actions(simulator, one)]]


def _offer(simulator: Simulator[Any], one: Issued) -> Child:
    if one.offer is None:
        return None
    source = f"/qr/{simulator.name}/{quote(one.id, safe='')}.svg"
    image = tag("img", class_="qr", src=source, alt="QR code of the offer", loading="lazy")
    return tag("details", tag("summary", "QR code"), image, tag("code", one.offer))


def _actions(simulator: Simulator[Any], one: Issued) -> list[Child]:
    labels = simulator.actions
    return [
        _form(
            f"/{simulator.name}/act",
            tag("input", type="hidden", name="id", value=one.id),
            tag("button", labels[name], name="action", value=name),
        )
        for name in one.actions
    ]


def _faults(simulator: Simulator[Any]) -> list[Child]:
    waiting: list[Child] = [tag("li", _fault_text(fault)) for fault in simulator.faults]
    operations = sorted(operation.id for operation in simulator.operations)
    fields: list[Child] = [
        _select("kind", "What", list(KINDS)),
        _select("operation", "where", ["", *operations]),
        _number("after", "after", 0),
        _number("times", "times", 1),
        _number("status", "status", 503),
        _number("seconds", "seconds", 0),
        tag("label", "code", tag("input", name="code", size=12)),
        tag("label", "Retry-After", tag("input", name="retry_after", size=6)),
        tag("label", tag("input", type="checkbox", name="committed", value="true"), "the vendor acts first"),
    ]
    order = _form(f"/{simulator.name}/faults", fields, tag("button", "Order"))
    clear = _form(f"/{simulator.name}/faults/clear", tag("button", "Clear")) if waiting else None
    return [tag("ul", waiting) if waiting else tag("p", "None.", class_="none"), order, clear]


def _fault_text(fault: Fault) -> str:
    where = fault.operation or "any operation"
    then = "after the vendor has acted" if fault.committed else "before anything happens"
    status = f" {fault.status}" if fault.kind == "status" else ""
    return f"{fault.kind}{status} at {where}, {then}: {fault.times} times after {fault.after} requests"


def _outbox(simulator: Simulator[Any]) -> list[Child]:
    mails = [_mail(mail) for mail in reversed(simulator.outbox.emails[-SHOWN:])]
    hooks = [_delivery(one) for one in reversed(simulator.outbox.deliveries[-SHOWN:])]
    if not mails and not hooks:
        return [tag("p", "Nothing was sent.", class_="none")]
    heads = (["When", "E-mail to", "Subject", "Text"], ["When", "Webhook", "To", "Attempts"])
    return [_table(head, rows) for head, rows in zip(heads, (mails, hooks), strict=True) if rows]


def _mail(mail: Email) -> list[Child]:
    return [_time(mail.at), mail.to, mail.subject, tag("code", mail.text)]


def _delivery(one: Delivery) -> list[Child]:
    attempts = [tag("li", _time(at.at), ": ", at.status or at.note) for at in one.attempts]
    due: list[Child] = ["due ", _time(one.due)] if one.due else ["given up"]
    state: list[Child] = ["accepted"] if one.accepted else due
    return [
        _time(one.created),
        [one.event, tag("div", tag("code", one.about))],
        tag("code", one.url),
        [state, tag("ol", attempts)],
    ]


def _requests(simulator: Simulator[Any]) -> Html:
    rows: list[list[Child]] = []
    for entry in list(simulator.log)[: -SHOWN - 1 : -1]:
        good = entry.status is not None and entry.status < 400
        status = tag("span", entry.status or "no answer", class_=f"status {'good' if good else 'bad'}")
        what = [f"{entry.method} ", tag("code", entry.path), tag("div", entry.operation, class_="dim")]
        rows.append([_time(entry.at), what, status, entry.key, entry.note])
    return _table(["When", "Request", "Status", "Key", "Note"], rows)


# --- pieces ----------------------------------------------------------------------------------------------------------


def _table(heads: list[str], rows: list[list[Child]]) -> Html:
    if not rows:
        return tag("p", "None.", class_="none")
    head = tag("tr", [tag("th", text) for text in heads])
    body = [tag("tr", [tag("td", cell) for cell in row]) for row in rows]
    return tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="scroll")


def _form(action: str, *children: Child) -> Html:
    return tag("form", *children, method="post", action=action)


def _select(name: str, label: str, values: list[str]) -> Html:
    options: list[Child] = [tag("option", value or "any operation", value=value) for value in values]
    return tag("label", label, tag("select", options, name=name))


def _number(name: str, label: str, value: int) -> Html:
    return tag("label", label, tag("input", type="number", min=0, step="any", name=name, value=value))


def _status(text: str) -> Html:
    kind = "good" if text in _GOOD else "bad" if text in _BAD else "wait"
    return tag("span", text, class_=f"status {kind}")


def _time(moment: datetime) -> Html:
    return tag("time", f"{moment:%Y-%m-%d %H:%M:%S}", datetime=moment.isoformat())
