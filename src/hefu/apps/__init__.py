"""Bounded contexts: models, services, selectors, errors and events; no surface code."""
