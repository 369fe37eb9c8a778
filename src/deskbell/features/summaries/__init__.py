"""The mail in the morning with what is open, for staff who asked for it."""
