"""同桌: who sits with whom, round by round."""

from huiyou.grouping.judge import verify
from huiyou.grouping.record import Grouping, Violation
from huiyou.grouping.search import group
from huiyou.grouping.terms import Terms

__all__ = ["Grouping", "Terms", "Violation", "group", "verify"]
