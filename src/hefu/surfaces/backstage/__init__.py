"""Raw data for engineers and administrators (Django admin)."""
