"""`python -m credkit.cli`."""

from . import entry

entry()
