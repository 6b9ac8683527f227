"""A gathering and its public pages."""
