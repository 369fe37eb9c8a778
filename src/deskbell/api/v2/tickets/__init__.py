"""v2: tickets."""
