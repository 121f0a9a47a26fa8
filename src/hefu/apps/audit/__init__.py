"""What was done (hash-chained), what follows from it (outbox) and what is running (jobs)."""
