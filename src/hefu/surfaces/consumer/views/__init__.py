"""The pages of the consumer surface, one module per thing a person comes for."""
