"""What a day looks like: the results page, papers to print, lists, texts and calendars."""

from huiyou.results.manifest import MANIFEST, verify_manifest
from huiyou.results.write import Written, check_out, write_results

__all__ = ["MANIFEST", "Written", "check_out", "verify_manifest", "write_results"]
