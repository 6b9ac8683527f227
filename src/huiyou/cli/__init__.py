"""The commands of Huiyou."""

from huiyou.cli.commands import main

__all__ = ["main"]
