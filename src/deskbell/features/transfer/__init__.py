"""Import and export of an organization: the open format and the converters to it."""
