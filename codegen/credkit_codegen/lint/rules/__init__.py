"""The rules, one module each. `..registry` lists them; a module holds what and why, `ON`, `BAD`, `GOOD` and `check`."""
