"""Gathering folders that come with Huiyou: the sample evening, and one to start from."""

from importlib import resources
from importlib.resources.abc import Traversable

__all__ = ["SAMPLES", "folder"]

SAMPLES = ("shenzhen", "new")


def folder(name: str) -> Traversable:
    """Give one of the folders."""
    return resources.files(__package__) / name
