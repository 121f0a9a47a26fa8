"""Asking, answering, moderating, merging, telling; each module is one part of it."""
