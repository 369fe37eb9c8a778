"""SQL of reports.

Each statement reads one range of a covering index; its cost grows with the period, not with the organization.
"""
