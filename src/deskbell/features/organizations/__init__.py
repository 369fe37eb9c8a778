"""Organizations: the tenants of a server, each with settings of its own."""
