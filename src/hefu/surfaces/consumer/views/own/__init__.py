"""A member's own rights on the phone: see, take, correct, restrict and delete."""
