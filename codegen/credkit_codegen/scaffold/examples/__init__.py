"""A draft of a spec from what a vendor's pages show: curl commands, raw HTTP requests, and JSON.

`page` reads the text of a page into exchanges, `curl` one command; `paths` tells what is an id in an address; `infer` makes
schemas of values; `draft` puts the document together, every fact marked with where it comes from and how little is known.
"""
