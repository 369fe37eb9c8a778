"""The help centre: the public part of an organization, as one snapshot that is replaced when it changes."""
