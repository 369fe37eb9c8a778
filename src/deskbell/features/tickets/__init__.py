"""Tickets: from the customer's first words to the last reply, with every step on record."""
