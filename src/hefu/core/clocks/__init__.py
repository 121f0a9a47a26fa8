"""Clocks (期间): terms that start, pause, restart and end by facts, as the law counts days."""
