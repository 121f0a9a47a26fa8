"""Conformance: our answers beside those of others, for files kept in their format."""
