"""A gathering folder in, the whole day out: everything Huiyou decides, without a database."""

from huiyou.gathering.audit import Inputs
from huiyou.gathering.check import asked_of, check, judge_seats
from huiyou.gathering.day import Day, hand_out_tickets, rehearse_draw, run_day
from huiyou.gathering.facts import Facts
from huiyou.gathering.folder import Folder, form_of, read_folder
from huiyou.gathering.roll import Columns, Roll, read_roll

__all__ = [
    "Columns",
    "Day",
    "Facts",
    "Folder",
    "Inputs",
    "Roll",
    "asked_of",
    "check",
    "form_of",
    "hand_out_tickets",
    "judge_seats",
    "read_folder",
    "read_roll",
    "rehearse_draw",
    "run_day",
]
