"""A gathering folder in, the whole day out: everything Huiyou decides, without a database."""

from huiyou.gathering.check import check
from huiyou.gathering.day import Day, hand_out_tickets, rehearse_draw, run_day
from huiyou.gathering.facts import Facts
from huiyou.gathering.folder import Folder, form_of, read_folder

__all__ = [
    "Day",
    "Facts",
    "Folder",
    "check",
    "form_of",
    "hand_out_tickets",
    "read_folder",
    "rehearse_draw",
    "run_day",
]
