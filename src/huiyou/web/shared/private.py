"""Pages that belong to one person: nobody keeps them, nobody lists them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

__all__ = ["private"]

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Tell browsers, proxies and search engines to leave a page alone.

    The address of such a page is its key, so it goes to no other site. ``no-referrer`` would say
    more, but then browsers send ``Origin: null`` with a form, which is how a forged one looks.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded
