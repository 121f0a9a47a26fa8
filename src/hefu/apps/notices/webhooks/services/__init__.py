"""What is done with webhooks: looking after them, and sending."""
