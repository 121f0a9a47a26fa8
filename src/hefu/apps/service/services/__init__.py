"""What services do about surveys."""
