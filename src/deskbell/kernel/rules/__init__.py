"""Rules: conditions asked of a ticket in memory, and the order in which rules fire."""
