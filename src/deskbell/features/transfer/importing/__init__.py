"""Loading records of the open format into an organization."""
