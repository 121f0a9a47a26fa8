"""The conversation with readers (社区): questions about products and their answers."""
