"""Measurements, as ratios within one run. `make bench` runs them all; see README.md beside this file."""
