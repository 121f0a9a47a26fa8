"""Identity codes (身份码): orders, batches, units, scans, activation, warranty."""
