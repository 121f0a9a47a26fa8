"""Refusals of the identity codes: ``issue`` before the goods leave, ``life`` after."""
