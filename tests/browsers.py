"""The system's own Chromium, for tests that look at pages as people do: one for a whole worker.

A plugin: every browser test goes to the same worker (``xdist_group``), since the driver keeps an
event loop in the thread that started it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all pages; skips with one clear line where there is none."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine (package chromium)")
    from playwright.sync_api import sync_playwright

    # the driver keeps an event loop in this thread; the test's own queries are its own
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()
