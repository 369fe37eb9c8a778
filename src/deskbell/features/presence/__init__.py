"""Users who view or type on a ticket at the moment. Nothing is stored."""
