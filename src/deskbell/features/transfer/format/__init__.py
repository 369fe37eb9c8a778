"""The open format: its records, how lines are read and explained, and how history is spelled."""
