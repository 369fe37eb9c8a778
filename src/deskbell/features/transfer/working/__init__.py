"""The work of imports and exports that people start."""
