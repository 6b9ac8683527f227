"""Huiyou 会友: gatherings from application to recap, every decision checkable."""

__version__ = "0.1.0"
