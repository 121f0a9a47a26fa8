"""Draws (抽奖), from the plan to the archive: one module per station."""
