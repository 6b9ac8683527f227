"""Choosing a language, and whether the site is well."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from huiyou import __version__
from huiyou.web.shared.models import Sign

__all__ = ["health", "language"]

A_YEAR = 365 * 24 * 3600


@never_cache
@require_safe
def health(_: HttpRequest) -> HttpResponse:
    """Say whether the database answers, and when the worker last gave a sign of life."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        worker = Sign.objects.filter(name="worker").values_list("at", flat=True).first()
    except DatabaseError:
        return JsonResponse({"database": False, "version": __version__}, status=503)
    return JsonResponse({"database": True, "worker": worker, "version": __version__})


@csrf_exempt  # it changes the reader's own language; a token would put a cookie on every page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to the page."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("language")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=A_YEAR, samesite="Lax", httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response
