"""The audit log: the journal, read by those who answer for the organization."""
