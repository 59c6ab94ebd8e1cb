"""Judge generated packages by libraries that are not ours: openapi-core, jsonschema-rs, hypothesis-jsonschema, mypy, pyright.

Nothing here imports the generator. What a package offers is read from `credkit-codegen inspect --json`; what is true is read
from the OpenAPI document itself. See `cli` for the flow.
"""
