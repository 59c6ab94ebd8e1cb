"""`credkit-codegen new`: the first files of a vendor, for a person to go on with.

`vendor` checks the name; `blank`, `published` and `examples` each draft a spec (from nothing, from a document that the vendor
publishes, from curl commands and JSON as pages show them); `files` puts everything that belongs to a vendor together, proves
that it loads, lints and builds, and writes all of it or nothing.
"""
