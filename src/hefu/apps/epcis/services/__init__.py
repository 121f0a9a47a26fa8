"""Deeds of the event repository and the warehouse."""
