"""Pages of the live server, in the browser of ``tests.browsers``."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def browser_page(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A fresh page of the live server; addresses may begin with a slash."""
    context = chromium.new_context(base_url=live_server.url, locale="en", accept_downloads=True)
    yield context.new_page()
    context.close()
