"""Views: everything that a template prints, decided and spelled out before it is printed.

One module for each kind of file. A view is a frozen dataclass whose texts are `Source`; templates loop over it and decide nothing.
"""
