"""Measurements, as ratios within one run. `make bench` runs them all; see README.md in this folder."""
