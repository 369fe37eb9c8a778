"""Categories: what tickets are about."""
