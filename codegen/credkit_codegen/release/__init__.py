"""Release: a vendor's next version from what changed since the last one, a changelog in words, and both written at once."""
