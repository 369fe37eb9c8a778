"""The open format: records, reading of lines, error messages and history."""
