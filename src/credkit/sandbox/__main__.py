"""`python -m credkit.sandbox`: all vendors on 127.0.0.1, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import signal
import sys
from typing import TYPE_CHECKING

from ..extras import of_credkit
from .clock import SandboxClock
from .trying import PLAN_WITH

if TYPE_CHECKING:
    from .server import Serving

PORT = 8700
# The vendors take the ports that follow.
_LAST_PORT = 65_535 - len(PLAN_WITH)


def main(arguments: list[str] | None = None) -> int:
    """Serve; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        from .hub import Hub
        from .server import Serving
    except ImportError as error:
        print(f"error: {error}\nhelp: the sandbox needs {of_credkit('sandbox')}", file=sys.stderr)
        return 2
    try:
        hub = Hub(seed=options.seed, strict=not options.lenient, clock=SandboxClock(running=not options.frozen))
        serving = Serving(hub, options.port)
    except ImportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: port {options.port} or one of the next four: {error.strerror}", file=sys.stderr)
        if error.errno == errno.EADDRINUSE:
            other = f"python -m credkit.sandbox --port {_another(options.port)}"
            print(f"help: a sandbox that runs already has them; a second one: {other}", file=sys.stderr)
        return 2

    async def run() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, serving.stop)
        print(announcement(serving), flush=True)
        await serving.run()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m credkit.sandbox", description="Serve simulators of all vendors.")
    parser.add_argument(
        "--port", type=_port, default=PORT, help="of the page; the vendors take the next ones (0: free ones)"
    )
    parser.add_argument("--seed", default="0", help="the same seed gives the same ids")
    parser.add_argument(
        "--lenient", action="store_true", help="do what the vendor would instead of refusing and explaining"
    )
    parser.add_argument(
        "--frozen", action="store_true", help="let the clock stand in July 2025; otherwise it is real time"
    )
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
    if not 0 <= port <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to {_LAST_PORT}; got {text!r}")
    return port


def _another(port: int) -> int:
    """A port with room for the page and the vendors beside those that begin at `port`; 0, any, where there is none."""
    return port + 10 if port + 10 <= _LAST_PORT else 0


def announcement(serving: Serving) -> str:
    """What is served where, the keys, and what a first cohort needs."""
    lines = ["Credkit sandbox: nothing here is real.", ""]
    for simulator in serving.hub:
        lines.append(f"  {simulator.title:<8} {serving.base_url(simulator.name)}")
        for key in simulator.keys[:2]:
            secret = f"  secret {key.secret}" if key.secret else ""
            lines.append(f"           {key.name:<11} {key.value}{secret}")
        for name, value in PLAN_WITH[simulator.name].items():
            joint = "=" if name.isupper() else " "
            lines.append(f"           {name}{joint}{value}")
        if simulator.columns:
            needed = ", ".join(name for name, required in simulator.columns.items() if required)
            optional = ", ".join(name for name, required in simulator.columns.items() if not required)
            lines.append(f"           columns {needed}; optional {optional}")
    return "\n".join([*lines, "", f"Open {serving.page_url}  (Ctrl-C ends it)"])


if __name__ == "__main__":
    sys.exit(main())
