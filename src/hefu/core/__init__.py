"""The pure engines: no Django, no clock, no database, no environment, no global randomness."""
