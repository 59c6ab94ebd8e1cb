"""The parts of the build stage: schemas, operations, security, webhooks, and the names of all of them."""
