"""Imports articles from files: Markdown and reStructuredText, with or without front matter."""
