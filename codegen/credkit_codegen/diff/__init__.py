"""Diff: what changed between two versions of an API, what it means for a caller, and how severe it is.

    load -> pair -> walk -> rules -> changes -> accepted -> output

Two documents are walked in lockstep, each schema flattened through `$ref` and `allOf` on its way, so that what is written in
another way but means the same is no change. Every pair of places goes to the rules of its kind (`registry`), one module each;
a rule yields what it finds and the table says how severe that is in a request and in an answer.
"""
