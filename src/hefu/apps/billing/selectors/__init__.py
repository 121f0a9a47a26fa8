"""What a brand sees of its account, and what the others ask of it."""
