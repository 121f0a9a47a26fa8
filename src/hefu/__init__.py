"""Hefu 合符: identity codes, verification, activation, and what follows from them."""
