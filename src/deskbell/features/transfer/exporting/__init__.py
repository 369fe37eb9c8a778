"""Writing an organization as records of the open format."""
