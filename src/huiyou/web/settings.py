"""One settings file; the environment decides, by names that begin with HUIYOU_."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def envbool(name: str, default: bool) -> bool:
    """Read a switch; refuse what is neither on nor off, so that a typo never decides."""
    value = os.environ.get(name, "").lower()
    if value in ("", "1", "true", "on", "0", "false", "off"):
        return default if not value else value in ("1", "true", "on")
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0")


def envint(name: str, default: int) -> int:
    """Read a whole number, not below zero; refuse everything else."""
    value = os.environ.get(name, "")
    if value and not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number")
    return int(value or default)


def secret_key(data: Path) -> str:
    """Take the key from the environment, else from the file that `huiyou.web.serve` made.

    Without either, nothing is kept yet, and any key will do.
    """
    path = data / "secret.key"
    kept = path.read_text(encoding="ascii").strip() if path.is_file() else ""
    return os.environ.get("HUIYOU_SECRET_KEY") or kept or secrets.token_urlsafe(50)


def database(data: Path) -> dict[str, Any]:
    """Read the address of the database; what is wrong with it is told without the password in it."""
    url = os.environ.get("HUIYOU_DATABASE_URL") or f"sqlite:///{data / 'huiyou.sqlite3'}"
    try:
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
        raise ImproperlyConfigured(
            "HUIYOU_DATABASE_URL: write sqlite:///FILE or postgres://USER:PASSWORD@HOST:5432/NAME"
        ) from error


DATA = Path(os.environ.get("HUIYOU_DATA", "huiyou-data")).resolve()
DEBUG = envbool("HUIYOU_DEBUG", default=False)
SECRET_KEY = secret_key(DATA)

PUBLIC_URL = os.environ.get("HUIYOU_PUBLIC_URL", "").rstrip("/")
_public = urlsplit(PUBLIC_URL)
# Without a public address the site is a laptop at a venue, reached by whatever address it has there.
# Nothing we write uses the Host header: links are relative, or begin with PUBLIC_URL.
ALLOWED_HOSTS = [_public.hostname, "localhost", "127.0.0.1"] if _public.hostname else ["*"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
TRUSTED_PROXIES = envint("HUIYOU_TRUSTED_PROXIES", 0)
# In ten minutes. Many phones may share an address: a company's, a mobile network's, a venue's.
APPLICATIONS_PER_ADDRESS = envint("HUIYOU_APPLICATIONS_PER_ADDRESS", 60)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "huiyou.web.shared",
    "huiyou.web.gatherings",
    "huiyou.web.journal",
    "huiyou.web.applications",
    "huiyou.web.seats",
    "huiyou.web.tables",
    "huiyou.web.prizes",
    "huiyou.web.console",
    "huiyou.web.me",
]
MIDDLEWARE = [
    "huiyou.web.shared.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "huiyou.web.shared.middleware.SafeHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huiyou.web.shared.middleware.Compressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "huiyou.web.shared.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "huiyou.web.urls"
ASGI_APPLICATION = "huiyou.web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["huiyou.web.shared.templatetags.huiyou"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "huiyou.web.shared.context.site",
            ],
        },
    }
]

_SQLITE: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",  # two writers wait for each other instead of failing halfway
    # What is erased is overwritten, not only given free.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
}
DATABASES = {"default": database(DATA)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = _SQLITE
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "huiyou_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [("results", Path(__file__).parent.parent / "results" / "css")]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

LOGIN_URL = "console:login"
LOGIN_REDIRECT_URL = "console:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_HANDLERS = ["huiyou.web.console.uploads.Limited"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a programme of 400 rows; what is sent stays under 1 MB

# `huiyou.web.shared.logs` says what a line may hold.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "huiyou.web.shared.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "huiyou": {"level": "INFO"},
        # Their handlers would write addresses and messages; the root's writes templates.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # what was not found, `huiyou.request` says
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
