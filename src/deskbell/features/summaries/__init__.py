"""The morning mail with open tickets, for staff who subscribed to it."""
