"""`make demo`: one cohort, four vendors, real HTTP on 127.0.0.1, nothing leaves this machine."""

from __future__ import annotations

from rich.console import Console

from credkit.sandbox.server import serve

from . import story
from .steps import show


def main() -> None:
    """Play every chapter and print what happened."""
    console = Console()
    with serve() as serving:
        show(console, "One cohort, four vendors", story.one_cohort_four_vendors(serving))
        show(console, "Record: the answer is lost, and nobody gets two", story.the_answer_is_lost(serving))
        show(console, "nChain: the request is lost, and nobody gets none", story.the_request_is_lost(serving))
        steps, drawing = story.an_offer_is_accepted(serving)
        show(console, "DIDX: an offer that a wallet accepts", steps)
        console.print(drawing, highlight=False, markup=False)
        show(console, "Ending a credential, where the vendor can", story.a_credential_is_revoked(serving))
    console.print("Every call above went over HTTP to a simulator on 127.0.0.1 that answers as the vendor's pages say.")


if __name__ == "__main__":
    main()
