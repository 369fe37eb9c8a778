"""Service levels: how long a ticket may wait, and when that time is up."""
