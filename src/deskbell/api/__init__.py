"""The API contracts, one package per document; `shared` holds their common code."""
