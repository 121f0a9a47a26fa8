"""The promotion editor (促销编辑器): sentences with blanks, a live cart, boards of what runs."""
