"""The search language: words, phrases and operators."""
