"""What can be wrong with a ledger. Nothing was sent because of any of these.

LedgerError(ConfigurationError)   the ledger cannot be used as it is
├── NotALedger                    the file is something else, or damaged
├── LedgerTooNew                  a newer Credkit wrote it
├── LedgerMissing                 the key is there and its ledger is not
├── LedgerKeyMissing              the ledger is there and its key is not
├── LedgerKeyWrong                the key is not the one that the ledger was made with
├── UnknownAccount                an API key that the ledger has not seen: rotated, or another organisation's?
├── CohortConflict                a cohort of this name was made from something else
└── NotUnsettled                  there is nothing to decide: no such intent, settled already, or still under way; or no decision to take back
LedgerClosed(ClientClosed)        the ledger was closed, by itself or with an issuer
LedgerBusy(NotSent)               other threads or processes held it for longer than `patience`
LedgerFull(NotSent)               nothing more can be written on its disk
"""

from __future__ import annotations

from collections.abc import Sequence

from ..runtime.errors import ClientClosed, ConfigurationError, NotSent


class LedgerError(ConfigurationError):
    """The ledger cannot be used as it is."""


class NotALedger(LedgerError):
    advice = "Name another file, or restore the ledger from a backup; an empty one would forget who has a credential"


class LedgerTooNew(LedgerError):
    advice = "Use the Credkit that wrote it, or a newer one"


class LedgerMissing(LedgerError):
    advice = (
        "Restore the ledger from the backup: an empty one would forget who has a credential."
        " For a ledger that is really new, name another file, or move the key away first"
    )


class LedgerKeyMissing(LedgerError):
    advice = "Restore the key file from the backup, or set CREDKIT_LEDGER_KEY; without the key nobody can tell who has a credential"


class LedgerKeyWrong(LedgerError):
    advice = "Restore the ledger and its key together, or correct CREDKIT_LEDGER_KEY"


class UnknownAccount(LedgerError):
    """An API key that the ledger has not seen. `names`: the accounts that it may be of, the oldest first."""

    def __init__(self, reason: str, *, names: Sequence[str] = ()) -> None:
        self.names = tuple(names)
        super().__init__(reason)
        self.args = (f"{reason}\nhelp: {self.advice_given()}",)

    def advice_given(self) -> str:
        one = " or ".join(f"--account {name}" for name in self.names) or "--account and that account's name"
        return (
            f"the same organisation, whose key was mended or replaced or is used at another server: {one}"
            " (account= of connect), once; another organisation: --account and a new name; a mistyped address: mend base_url"
        )


def unseen(vendor: str, names: Sequence[str], key: str = "this API key") -> UnknownAccount:
    """That the ledger has accounts of a vendor, and a key is not known to be of any. `key`: what is to be said of it."""
    shown = f"the account {names[0]}" if len(names) == 1 else f"the accounts {', '.join(names)}"
    return UnknownAccount(f"the ledger has not seen {key}; of {vendor} it has {shown}", names=names)


class CohortConflict(LedgerError):
    advice = "Give the new cohort another name, or resume with the file and template that the old one was made from"


class NotUnsettled(LedgerError):
    advice = (
        "`issue` gives how it stands now; `credkit status FILE` says so of a cohort, and from when on it can be settled"
    )


class LedgerClosed(ClientClosed):
    advice = "An issuer closes its ledger with itself: connect() again"


class LedgerBusy(NotSent):
    advice = "Nothing was sent; try again when the other process has ended"


class LedgerFull(NotSent):
    advice = "Make room on that disk, or mend it, then go on (`credkit resume`): what stands in the ledger is not lost"
