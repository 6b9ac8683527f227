"""Chinese and English text as people type it: width, space, look-alikes and dates."""

from huiyou.text.normal import as_count, nearest, squash, tidy, trim
from huiyou.text.when import parse_time

__all__ = ["as_count", "nearest", "parse_time", "squash", "tidy", "trim"]
