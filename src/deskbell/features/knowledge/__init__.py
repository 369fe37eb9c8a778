"""The knowledge base: articles that answer before anybody has to ask."""
