"""Every page of the house, found by asking it: whole, labelled, quiet, readable.

A page added later is swept by itself, as it is walked by ``test_isolation``. The text of every page
is read; one page of every template that no flow looks at is opened in a browser with axe, every
other one on a phone, in the dark and in Chinese, the others on a screen, in the light and in
English, so that over the pages all of it is looked at.
"""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import axe_playwright_python
import pytest
import time_machine
from django.test import Client

from hefu.core.permissions import Role
from tests.factories import NOW, a_person
from tests.surfaces.test_isolation import walk
from tests.surfaces.world import World

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900),
]  # fmt: skip

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
PHONE = {
    "viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "color_scheme": "dark",
}  # fmt: skip
SCREEN = {
    "viewport": {"width": 1280, "height": 800}, "locale": "en", "color_scheme": "light",
}  # fmt: skip
#: Not pages to look at: leaving, and what only a script asks for.
PARTS = re.compile(r"sign-out|/(progress|preview|try)/$|/similar/")
FETCHING = ("iframe", "img", "link", "script", "source", "video")
#: Templates that the tests of their flows look at with axe, in more states than a sweep can.
IN_FLOWS = re.compile(
    r"desk/(home|code|order|approval|appeal|activations|member|person|backtest|link|promotion|price_|"
    r"campaign|partner_|draw|win|template_new|page_)|consumer/(check|result|sign_in|proof|demo_|"
    r"activate|mine|coins|account|take|offer|mall|article|cart|checkout|order|draw|flash|prize|page)"
)
LOOK = """async () => {
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the window");
  const found = await axe.run(document, { iframes: false, resultTypes: ["violations"] });
  for (const one of found.violations)
    wrong.push(`${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
  return wrong;
}"""


class Text(HTMLParser):
    """The text of a page: its headings, its controls and their labels, what it fetches."""

    def __init__(self, text):
        super().__init__()
        self.heads, self.within, self.controls = 0, 0, []
        self.labelled, self.fetched = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        self.heads += tag == "h1"
        if tag == "label":
            self.within += 1
            self.labelled.add(about.get("for"))
        if tag in ("input", "select", "textarea"):
            spoken = self.within or about.get("aria-label") or about.get("aria-labelledby")
            silent = about.get("type") in ("hidden", "submit", "button")
            if not (spoken or silent):
                self.controls.append(about.get("id") or self.get_starttag_text())
        if tag in FETCHING and about.get("rel") not in ("canonical", "alternate"):
            self.fetched.append(about.get("src") or about.get("href") or "")
        if "style" in about:  # the content policy would not let it through
            self.fetched.append(f"inline:{about['style']}")

    def handle_endtag(self, tag):
        self.within -= tag == "label"

    def faults(self):
        if self.heads != 1:
            yield f"{self.heads} headings of the first order"
        for ident in self.controls:
            if ident not in self.labelled:
                yield f"no label: {ident}"
        for url in self.fetched:
            if re.match(r"(?!data:)[a-z]+:|//", url):
                yield f"fetches {url}"


class Reader:
    """A browser of one size, language and colour that notes what it should not see."""

    def __init__(self, chromium, site, look, cookies):
        self.site, self.complaints = site, []
        self.context = chromium.new_context(base_url=site, **look)
        self.context.add_init_script(AXE)
        self.context.add_cookies(
            [{"name": name, "value": value, "url": site} for name, value in cookies.items()]
        )
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, said):
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def _request(self, request):
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.complaints.append(f"asked {request.url}")

    def faults(self, address):
        self.complaints.clear()
        self.page.goto(address, wait_until="load")
        return self.page.evaluate(LOOK) + self.complaints

    def close(self):
        self.page.goto("about:blank")  # what a page still asks for ends here
        self.context.close()


@dataclass
class Page:
    """A page as it was answered, and the template it was drawn from."""

    address: str
    template: str
    text: str


def pages(client, addresses):
    """The addresses that answer with a page of their own, or with an error of ours."""
    for address in addresses:
        if PARTS.search(address):
            continue
        answer = client.get(address)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code in (200, 500) and kind.startswith("text/html"):
            drawn = answer.templates[0].name if answer.templates else address
            yield Page(address=address, template=str(drawn), text=answer.content.decode())


@pytest.fixture
def world():
    with time_machine.travel(NOW + timedelta(days=3), tick=True):
        yield World()


def test_every_page_is_whole_labelled_quiet_and_readable(chromium, live_server, world):
    boss, buyer = Client(raise_request_exception=False), Client(raise_request_exception=False)
    boss.force_login(a_person(world.brand, Role.BRAND_ADMIN))
    found = walk(world)
    addresses = [*found.plain, *(address for address, _route in found.with_values)]
    wrong, read, looked = [], 0, 0
    for client, desk in ((boss, True), (buyer, False)):
        swept = list(pages(client, [a for a in addresses if a.startswith("/desk/") is desk]))
        one_each = {page.template: page.address for page in reversed(swept)}
        one_each = [where for name, where in one_each.items() if not IN_FLOWS.match(name)]
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        readers = [Reader(chromium, live_server.url, look, cookies) for look in (PHONE, SCREEN)]
        for page in swept:
            wrong += [f"{page.address}: {fault}" for fault in Text(page.text).faults()]
        for place, address in enumerate(one_each):
            faults = readers[place % 2].faults(address)
            wrong += [f"{address}: {fault}" for fault in faults]
        for reader in readers:
            reader.close()
        read, looked = read + len(swept), looked + len(one_each)
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert (read > 110, looked > 30) == (True, True), (read, looked)
