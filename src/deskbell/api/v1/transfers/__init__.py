"""v1: imports and exports as jobs."""
