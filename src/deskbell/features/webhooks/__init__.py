"""Webhooks: signed HTTP calls to other programs for each event."""
