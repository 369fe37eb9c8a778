"""Notifications, in the app and by mail."""
