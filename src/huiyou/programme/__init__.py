"""议程: what happens when, for calendars and conference apps."""

from huiyou.programme.calendar import calendar, event_of
from huiyou.programme.frab import schedule_xml
from huiyou.programme.session import Occasion, Session, Speaker, overlaps

__all__ = ["Occasion", "Session", "Speaker", "calendar", "event_of", "overlaps", "schedule_xml"]
