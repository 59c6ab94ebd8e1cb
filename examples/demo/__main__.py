"""`make demo`: four vendors, real HTTP on 127.0.0.1, nothing leaves this machine."""

from __future__ import annotations

from rich.console import Console

from . import beltic, didx, nchain, record
from .steps import show


def main() -> None:
    """Play every story and print what happened."""
    console = Console()
    show(console, "Record: a cohort, issued and read back", record.play())
    show(console, "Beltic: a batch with one failure", beltic.play())
    steps, drawing = didx.play()
    show(console, "DIDX me-creds: an offer, its QR code, and the webhook that follows", steps)
    console.print(drawing, highlight=False, markup=False)
    show(console, "nChain Identity: create, list with filters, upload, revoke", nchain.play())
    console.print("Every call above went over HTTP to a server on 127.0.0.1 that answers as the vendor's pages say.")


if __name__ == "__main__":
    main()
