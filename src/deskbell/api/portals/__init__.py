"""Contract portals: sign-in, and what agents and customers do with their tickets, at the server's root."""
