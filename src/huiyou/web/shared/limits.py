"""How often one address may try something."""

from __future__ import annotations

import hashlib
import re
import time
from ipaddress import IPv4Address, ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from huiyou.web.shared.models import Tally

__all__ = ["address_of", "forget_old_tries", "too_often"]

_WITH_PORT = re.compile(r"([\d.]+):\d+|\[([0-9A-Fa-f:.]+)\](?::\d+)?")  # as some proxies write it

_COUNT = """
INSERT INTO shared_tally (key, count, until) VALUES (%(key)s, 1, %(until)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN shared_tally.until <= %(now)s THEN 1 ELSE shared_tally.count + 1 END,
    until = CASE WHEN shared_tally.until <= %(now)s THEN excluded.until ELSE shared_tally.until END
RETURNING count
"""


def address_of(request: HttpRequest) -> str:
    """Give the address of the client, as far as it names one.

    ``X-Forwarded-For`` counts only as far as proxies of ours wrote it: with
    ``HUIYOU_TRUSTED_PROXIES=1`` its last entry, with none of them nothing. Of an IPv6 address the
    first 64 bits count: whoever has one has all that begin so.
    """
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    trusted: int = settings.TRUSTED_PROXIES
    told = hops[-trusted] if 0 < trusted <= len(hops) else ""
    own = str(request.META.get("REMOTE_ADDR", ""))
    return _network(told) or _network(own) or own


def _network(written: str) -> str:
    """Write an address the one way in which it counts; nothing if it is none."""
    text = written.strip()
    if found := _WITH_PORT.fullmatch(text):
        text = found[1] or found[2]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, 64), strict=False))


def too_often(what: str, whose: str, *, times: int, seconds: int) -> bool:
    """Count one more try and say whether it is one too many.

    One statement counts, so that no two processes can count the same; ``whose`` is kept as a hash
    only.
    """
    key = hashlib.sha256(f"{what}\0{whose}".encode()).hexdigest()
    now = int(time.time())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": key, "now": now, "until": now + seconds})
        return int(cursor.fetchone()[0]) > times


def forget_old_tries() -> None:
    """Drop the tallies that have run out."""
    Tally.objects.filter(until__lte=int(time.time())).delete()
