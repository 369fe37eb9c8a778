"""Canned responses: prepared answers with variables."""
