"""Converters from other systems to the open format."""
