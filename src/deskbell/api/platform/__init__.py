"""Contract platform, under /v1: tickets, messages, categories and incoming webhooks."""
