"""The database the tests run on: SQLite, or PostgreSQL with HEFU_TEST_DATABASE=postgres.

A plugin loaded before Django reads its settings. PostgreSQL comes as a wheel and is started
here, in a folder of its own, unless HEFU_TEST_DATABASE_URL names a running one.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

_server: Any = None


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


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    if "hefu-test-" in os.environ["HEFU_DATA"]:
        shutil.rmtree(os.environ["HEFU_DATA"], ignore_errors=True)
    if _server is not None:
        _server.cleanup()
