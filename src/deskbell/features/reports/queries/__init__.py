"""SQL of reports. Each statement walks one range of an index that holds every column it reads; what it costs grows with
the period asked for, not with the organization.
"""
