"""Contract platform, under /v1: tickets, messages, categories, and webhooks that come in."""
