"""How often one address may try something."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

__all__ = ["address_of", "too_often"]


def address_of(request: HttpRequest) -> str:
    """Give the address of the client.

    ``X-Forwarded-For`` counts only as far as proxies of ours wrote it: with
    ``HUIYOU_TRUSTED_PROXIES=1`` its last entry, with none of them nothing.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted and hops[-trusted]:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


def too_often(what: str, whose: str, *, times: int, seconds: int) -> bool:
    """Count one more try and say whether it is one too many.

    Counted in the cache, which all processes share; ``whose`` is kept as a hash only.
    """
    hashed = hashlib.sha256(f"{what}\0{whose}".encode()).hexdigest()
    key = f"limit.{hashed}"
    if cache.add(key, 1, timeout=seconds):
        return times < 1
    try:
        return cache.incr(key) > times
    except ValueError:  # it ran out between the two
        cache.set(key, 1, timeout=seconds)
        return False
