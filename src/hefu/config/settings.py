"""Settings (Django); everything an operator may change comes from the environment.

HEFU_DATA          folder for the database, exports, uploads and secrets (default: ./var)
HEFU_DATABASE_URL  sqlite:///path or postgresql://user@host/name (default: SQLite in HEFU_DATA)
HEFU_SECRET_KEY    signs sessions            } made once and kept in HEFU_DATA/secrets.json
HEFU_MASTER_KEY    64 hex, seals columns     } when they are not given
HEFU_HOSTS         host names served, comma separated (default: any, for a private network)
HEFU_ORIGIN        where the printed codes point, e.g. https://c.example.com
HEFU_HTTPS         "1" behind TLS: secure cookies, HSTS
HEFU_REGION_DB     an own MaxMind-format (.mmdb) file for region from address
HEFU_INTRANET      "1" lets webhooks, subscribers and identity providers be in private networks
                   (and this machine), and speak without TLS
HEFU_LABEL_FONT    a TrueType file embedded into PDF labels (Chinese names)
HEFU_DEMO          "1" shows messages on a local page instead of sending them
"""

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("HEFU_DATA", "var")).resolve()


def _secret(name: str) -> str:
    """Return a secret from the environment, else from the data folder, making it the first time."""
    given = os.environ.get(name)
    if given:
        return given
    DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = DATA / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if name not in known:
        known[name] = secrets.token_hex(32)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(known))
        fresh.replace(path)
    return known[name]


SECRET_KEY = _secret("HEFU_SECRET_KEY")
HEFU_MASTER_KEY = _secret("HEFU_MASTER_KEY")
HEFU_DATA = DATA
HEFU_ORIGIN = os.environ.get("HEFU_ORIGIN", "http://localhost:8000").rstrip("/")
HEFU_REGION_DB = os.environ.get("HEFU_REGION_DB", "")
HEFU_LABEL_FONT = os.environ.get("HEFU_LABEL_FONT", "")
HEFU_INTRANET = os.environ.get("HEFU_INTRANET") == "1"
HEFU_DEMO = os.environ.get("HEFU_DEMO") == "1"
HEFU_REACTIONS = "hefu.config.reactions.REACTIONS"
HEFU_LISTENERS = "hefu.config.reactions.LISTENERS"
HEFU_EVENT_FACTS = "hefu.config.event_facts.FACTS"
HEFU_ISSUE_GATES = "hefu.config.reactions.ISSUE_GATES"
HEFU_JOBS = "hefu.config.reactions.JOBS"
HEFU_SUMS = "hefu.config.reactions.sums"
HEFU_MINDERS = "hefu.config.reactions.MINDERS"
HEFU_MEMBER_DATA = "hefu.config.member_data.HOLDERS"

DEBUG = False
ALLOWED_HOSTS = os.environ.get("HEFU_HOSTS", "*").split(",")
USE_X_FORWARDED_HOST = False
HTTPS = os.environ.get("HEFU_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "django_tables2",
    "heroicons",
    "hefu.apps.audit",
    "hefu.apps.accounts",
    "hefu.apps.notices",
    "hefu.apps.catalog",
    "hefu.apps.network",
    "hefu.apps.members",
    "hefu.apps.ledger",
    "hefu.apps.identity",
    "hefu.apps.orders",
    "hefu.apps.epcis",
    "hefu.apps.campaigns",
    "hefu.apps.community",
    "hefu.apps.billing",
    "hefu.apps.service",
    "hefu.surfaces.design",
    "hefu.surfaces.consumer",
    "hefu.surfaces.desk",
    "hefu.surfaces.backstage",
    "hefu.surfaces.api",
    "hefu.surfaces.edge",
]
# a surface registers itself once it has an apps.py
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith("hefu.surfaces")
    or (PACKAGE / app.split(".", 1)[1].replace(".", "/") / "apps.py").exists()
]

MIDDLEWARE = [
    "hefu.surfaces.headers.ContentPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hefu.surfaces.design.middleware.LanguageChoice",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hefu.config.urls"
ASGI_APPLICATION = "hefu.config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a database address, with what makes it durable."""
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: an answered request survives a power cut; WAL alone promises only a crash
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000;",
        }
    else:
        # a pool, not CONN_MAX_AGE: under ASGI every request has a thread, and so a connection,
        # of its own
        pool = {"min_size": 1, "max_size": 20, "timeout": 10}
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "pool": pool}
    return config


DATABASES = {
    "default": database(os.environ.get("HEFU_DATABASE_URL", f"sqlite:///{DATA / 'hefu.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # as the form calls it; axes would look for "email"
AXES_USERNAME_CALLABLE = "hefu.surfaces.desk.views.entrance.name_given"
AXES_LOCKOUT_CALLABLE = "hefu.surfaces.desk.views.entrance.locked_out"
AXES_VERBOSE = False
LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "desk:login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# ours before the libraries' (unfold and admin would translate our buttons), surfaces before models
LOCALE_PATHS = [
    *(PACKAGE / "surfaces" / name / "locale" for name in ("consumer", "design", "desk")),
    PACKAGE / "locale",
]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # how times are shown; they are stored in UTC

DJANGO_TABLES2_TEMPLATE = "design/tables2.html"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = DATA / "media"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8_000  # the editor of a page with many blocks and languages
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 2000  # a folder of manuals

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}},
}
