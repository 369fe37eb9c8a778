"""v2: messages on tickets."""
