"""Report files: a document is composed from the figures and written as CSV, workbook or PDF."""
