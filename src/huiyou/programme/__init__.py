"""议程: what happens when, for calendars and conference apps."""

from huiyou.programme.calendar import calendar
from huiyou.programme.frab import schedule_xml
from huiyou.programme.session import Occasion, Session, Speaker, overlaps

__all__ = ["Occasion", "Session", "Speaker", "calendar", "overlaps", "schedule_xml"]
