"""The API contracts: one thin package per document; `shared` is what they have in common."""
