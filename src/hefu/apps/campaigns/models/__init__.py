"""The tables of this app, by what they hold."""
