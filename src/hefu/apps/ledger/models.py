"""Accounts, transfers, lots and budgets; filled by the ledger."""
