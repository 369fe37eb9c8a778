"""SQL of import and export: sets of rows in, pages of rows out."""
