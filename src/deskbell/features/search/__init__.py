"""Search for tickets, contacts and articles."""
