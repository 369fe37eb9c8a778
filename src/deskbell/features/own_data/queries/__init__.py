"""SQL of own data."""
