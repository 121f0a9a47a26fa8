"""The product's settings with test secrets, on SQLite or PostgreSQL (pytest --database)."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("HEFU_DATA", tempfile.mkdtemp(prefix="hefu-test-"))
os.environ["HEFU_SECRET_KEY"] = "s" * 64
os.environ["HEFU_MASTER_KEY"] = "7" * 64

from hefu.config.settings import *  # noqa: F403
from hefu.config.settings import DATABASES, STATIC_ROOT, database

Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise wants it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
HEFU_DEMO = True
HEFU_INTRANET = True  # receivers of the tests are on this machine

_url = os.environ.get("HEFU_TEST_DATABASE_URL")
if _url:
    DATABASES["default"] = database(_url)
    DATABASES["default"]["OPTIONS"].pop("pool", None)  # a test has one connection a thread
else:
    # a file, not memory: threads of the race tests need connections of their own
    _file = os.path.join(os.environ["HEFU_DATA"], "test.sqlite3")
    DATABASES["default"] = database(f"sqlite:///{_file}")
    DATABASES["default"]["TEST"] = {"NAME": _file}
    # the tests' durability is not at stake, their minutes are
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
