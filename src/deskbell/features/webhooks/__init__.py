"""Telling other programs what happens here, and hearing from them."""
