"""Mail without input or output: what was read from one, its class, ids and tokens, and quoted text."""
