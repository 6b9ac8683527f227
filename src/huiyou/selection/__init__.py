"""席位: who has a seat, within the quotas."""

from huiyou.selection.choose import select
from huiyou.selection.judge import verify
from huiyou.selection.quotas import Quota, check_values, read_quotas
from huiyou.selection.record import Selection

__all__ = ["Quota", "Selection", "check_values", "read_quotas", "select", "verify"]
