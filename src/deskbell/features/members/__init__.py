"""The members of an organization, whatever their role: one list of customers and staff."""
