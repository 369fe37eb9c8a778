"""Webhooks that come in: other systems file and change tickets here, and sign what they say."""
