"""The database the tests run on: SQLite, or PostgreSQL with HEFU_TEST_DATABASE=postgres.

A plugin loaded before Django reads its settings. PostgreSQL comes as a wheel and is started
here, in a folder of its own, unless HEFU_TEST_DATABASE_URL names a running one.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

ROOT = Path(__file__).resolve().parent.parent
_server: Any = None

# commands and servers that tests start are compiled once, whatever this machine's habit is
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".pytest_cache" / "bytecode"))


def _start_postgres() -> Any:
    folder = tempfile.mkdtemp(prefix="hefu-pg-")
    # platformdirs, used by pgserver, warns where a bare machine has none
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pgserver

    # the tests' durability is not at stake, their minutes are; races want many connections
    server = pgserver.get_server(f"{folder}/data", cleanup_mode="stop")
    for statement in (
        "fsync = off",
        "synchronous_commit = off",
        "full_page_writes = off",
        "max_connections = 300",
    ):
        server.psql(f"ALTER SYSTEM SET {statement};")
    server.cleanup()
    return pgserver.get_server(f"{folder}/data", cleanup_mode="delete")


os.environ.setdefault("HEFU_DATA", tempfile.mkdtemp(prefix="hefu-test-"))
if "PYTEST_XDIST_WORKER" in os.environ:  # rows of two workers have the same numbers, files too
    os.environ["HEFU_DATA"] += f"/{os.environ['PYTEST_XDIST_WORKER']}"
    Path(os.environ["HEFU_DATA"]).mkdir(exist_ok=True)
if os.environ.get("HEFU_TEST_DATABASE") == "postgres" and not os.environ.get(
    "HEFU_TEST_DATABASE_URL"
):
    _server = _start_postgres()
    os.environ["HEFU_TEST_DATABASE_URL"] = _server.get_uri()


@dataclass(frozen=True, kw_only=True)
class EmptyDatabase:
    """A migrated database with nothing in it, for houses in processes of their own."""

    file: str  # SQLite's, else empty
    name: str  # PostgreSQL's, else empty

    def copy(self, folder: str) -> str:
        """Make a database for a house in ``folder``, in no time; returns its address."""
        if self.file:
            shutil.copy(self.file, f"{folder}/hefu.sqlite3")
            return f"sqlite:///{folder}/hefu.sqlite3"
        name = f"house_{uuid4().hex}"
        as_admin(f'CREATE DATABASE {name} TEMPLATE "{self.name}"')
        return urlsplit(os.environ["HEFU_TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def as_admin(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["HEFU_TEST_DATABASE_URL"], autocommit=True) as admin:
        admin.execute(statement)


@contextmanager
def empty_copy() -> Iterator[EmptyDatabase]:
    """Keep the tests' database as it is before the first of them."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [f"{name}.empty"])
        yield EmptyDatabase(file=f"{name}.empty", name="")
        return
    connection.close()  # a database somebody is in cannot be copied
    as_admin(f'CREATE DATABASE "{name}_empty" TEMPLATE "{name}"')
    yield EmptyDatabase(file="", name=f"{name}_empty")
    as_admin(f'DROP DATABASE "{name}_empty"')


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    if "hefu-test-" in os.environ["HEFU_DATA"]:
        shutil.rmtree(os.environ["HEFU_DATA"], ignore_errors=True)
    if _server is not None:
        _server.cleanup()
