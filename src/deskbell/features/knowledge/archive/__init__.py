"""Whole articles, for exports and imports of an organization."""
