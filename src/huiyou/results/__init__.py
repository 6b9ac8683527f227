"""What a day looks like: the results page, papers to print, lists, texts and calendars."""

from huiyou.results.write import Written, check_out, write_results

__all__ = ["Written", "check_out", "write_results"]
