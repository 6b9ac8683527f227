"""A gathering folder in, the whole day out: everything Huiyou decides, without a database."""

from huiyou.gathering.check import check
from huiyou.gathering.day import Day, run_day
from huiyou.gathering.facts import Facts
from huiyou.gathering.folder import Folder, read_folder

__all__ = ["Day", "Facts", "Folder", "check", "read_folder", "run_day"]
