"""Uploaded files: names, types, content."""
