"""Rules: an organization's instructions for what Deskbell does with tickets."""
