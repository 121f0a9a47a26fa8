"""REST for those who integrate, and webhooks."""
