"""Deeds on identity codes, one module per station of a unit's life."""
