"""What the operator and the clock do: sign, sell, meter, invoice."""
