"""C-coins (C币), budgets and promises, kept in double entry."""
