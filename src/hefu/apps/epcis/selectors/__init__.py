"""What may be read of events, captures, queries and the warehouse."""
