"""The command line, hefu."""
