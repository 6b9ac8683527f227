"""Applying: one row for each person."""
