"""Reading identity codes, one module per question."""
