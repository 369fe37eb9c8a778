"""Reports as files: a document is composed once from the figures and written as plain columns, workbook or typeset page."""
