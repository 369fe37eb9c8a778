"""Contract routes, at the server's root: the whole desk for staff, customers and integrations."""
