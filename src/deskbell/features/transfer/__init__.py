"""Moving a whole organization in and out of Deskbell: the open format and the converters to it."""
