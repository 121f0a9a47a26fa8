"""The system's own Chromium, for tests that look at pages as people do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (  # noqa: SIM905  (read more easily)
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all pages; skips with one clear line where there is none."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine (package chromium)")
    from playwright.sync_api import sync_playwright

    # the driver keeps an event loop in this thread; the test's own queries are its own
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def browser_page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A fresh page of the live server; addresses may begin with a slash."""
    context = chromium.new_context(base_url=live_server.url, locale="en", accept_downloads=True)
    yield context.new_page()
    context.close()
