"""Ticket metrics of a time span: volume, response and resolution times, reopenings."""
