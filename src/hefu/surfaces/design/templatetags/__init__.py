"""Template tags of the design system; Django finds them here."""
