"""Contract portals, at the server's root: sign-in, agents' assigned tickets and customers' own tickets."""
