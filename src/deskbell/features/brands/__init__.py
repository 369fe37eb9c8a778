"""Brands: the names under which an organization meets its customers."""
