"""Phone pages behind the printed codes."""
