"""The form and chat that other sites show: their script, and its calls."""
