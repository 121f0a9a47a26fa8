"""Brands, organisations, people and roles: who acts, for whom, and what they may do."""
