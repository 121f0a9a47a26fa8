"""Messages out: one-time codes, notices; by SMS, mail or in the app."""
