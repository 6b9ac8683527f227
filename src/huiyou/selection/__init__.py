"""席位: who has a seat, within the quotas."""

from huiyou.selection.attendance import STOPS, Attendance, read_attendance
from huiyou.selection.choose import draw_seats, prepare, select
from huiyou.selection.compare import Outlook, compare
from huiyou.selection.entrants import drawn_entrant, entrants_of
from huiyou.selection.judge import verify
from huiyou.selection.needed import Need, Row, needed
from huiyou.selection.pools import Asked, Placed, sort_into_pools
from huiyou.selection.quotas import Quota, check_values, read_quotas
from huiyou.selection.reasons import Reasons, reasons, reasons_of
from huiyou.selection.record import Selection

__all__ = [
    "STOPS", "Asked", "Attendance", "Need", "Outlook", "Placed", "Quota", "Reasons", "Row", "Selection",
    "check_values", "compare", "draw_seats", "drawn_entrant", "entrants_of", "needed", "prepare",
    "read_attendance", "read_quotas", "reasons", "reasons_of", "select",
    "sort_into_pools", "verify",
]  # fmt: skip
