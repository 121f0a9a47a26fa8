"""What is open to answer, and what the answers say."""
