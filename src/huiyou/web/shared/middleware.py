"""What every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

__all__ = ["ChosenLanguage", "Compressed", "SafeHeaders"]

# No inline script or style anywhere, nothing from elsewhere, nobody may frame us.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

Answer = Callable[[HttpRequest], HttpResponse]


class SafeHeaders:
    """Tells the browser to run and load only what is ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers that were not set already."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        response.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
        return response


class Compressed(GZipMiddleware):
    """Compresses pages, but never those of somebody logged in.

    How well a page compresses tells an attacker who can put a guess into it whether the guess stands
    elsewhere in it (BREACH). That takes a page of which the attacker knows the address and the
    victim's cookie opens more than the attacker may see, and only a login is such a cookie.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress what is whole and for anybody who has the address."""
        if response.streaming or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return response
        return super().process_response(request, response)


class ChosenLanguage:
    """Speaks the language that was chosen, else the browser's, else Chinese."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in that language and say so."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else _preferred(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def _preferred(request: HttpRequest) -> str:
    """Give English to browsers that ask for it first, Chinese to all others."""
    first = request.headers.get("Accept-Language", "").strip().lower()
    return "en" if first.startswith("en") else "zh-hans"
