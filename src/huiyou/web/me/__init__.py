"""The personal page."""
