"""Contract routes, at the server's root: the helpdesk for staff, customers and integrations."""
