"""Groups: agents who share a queue of tickets."""
