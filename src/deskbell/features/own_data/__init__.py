"""Own data of customers: a download of all of it, and its deletion."""
