"""The knowledge base: articles for customers."""
