"""Channels: each turns something that arrives from outside into commands of features."""
