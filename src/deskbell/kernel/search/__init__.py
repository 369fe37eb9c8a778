"""Finding tickets, contacts and articles by words and by operators."""
