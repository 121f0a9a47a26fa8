"""What a brand pays the operator for identity codes (计费): contracts, metering, invoices."""
