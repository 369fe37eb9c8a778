"""v2: the messages on tickets."""
