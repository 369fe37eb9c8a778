"""Finding tickets, contacts and articles by what is written in them."""
