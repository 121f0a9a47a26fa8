"""How a test asks the resolver, and a brand with links to ask about."""

import asyncio
import json
from dataclasses import dataclass

from django.db import connections

from hefu.apps.catalog.rows import ProductRow
from hefu.apps.catalog.services import save_link, save_product
from hefu.apps.catalog.services.links import LinkRow
from hefu.surfaces.edge.resolver import Resolver
from tests.factories import NOW, a_brand, operator
from tests.loops import run

GTIN = "06901234567892"
OTHER_GTIN = "09506000134352"
SERIAL = "7Q4ZK2M9XW3T6R8V"
UNIT = f"/01/{GTIN}/21/{SERIAL}"
VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"
# a browser's; the statements below send what a phone or a program would
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def location(self):
        return self.headers.get("location")


class House:
    """A brand with a product, and its links by services."""

    def __init__(self, gtin=GTIN, host=None, **about):
        self.brand = a_brand(**about)
        if host:
            type(self.brand).objects.filter(pk=self.brand.pk).update(host=host)
        self.actor = operator(self.brand)
        row = ProductRow(
            item_no="A1", model="M1", name="电饭煲", name_en="Rice cooker", gtin=gtin, coins=5
        )
        self.product, _ = save_product(self.actor, row=row, now=NOW)

    def link(self, link_type="pip", href="https://brand.example/p", place=f"/01/{GTIN}", **about):
        about = {"title": link_type, **about}
        row = LinkRow(place=place, link_type=link_type, href=href, **about)
        return save_link(self.actor, row=row, now=NOW)


def ask(path, **about):
    (reply,) = ask_all([path], **about)
    return reply


def ask_all(paths, **about):
    async def everybody():
        resolver = Resolver(trust_proxy=True)
        try:
            return await asyncio.gather(*(one(resolver, path, **about) for path in paths))
        finally:
            for group in (resolver._group, resolver._passports._group):
                await asyncio.get_running_loop().run_in_executor(
                    group._thread, connections.close_all
                )
            resolver.close()

    return run(everybody())


def scope_of(path, *, method="GET", accept="*/*", language="", host="id.example.com", more=()):
    raw, _, query = path.partition("?")
    headers = [(b"host", host.encode()), (b"accept", accept.encode()), *more]
    if language:
        headers.append((b"accept-language", language.encode()))
    return {
        "type": "http", "method": method, "path": raw, "raw_path": raw.encode(),
        "query_string": query.encode(), "headers": headers, "scheme": "https",
        "client": ("203.0.113.7", 1), "http_version": "1.1",
    }  # fmt: skip


async def one(resolver, path, **about):
    sent = []

    async def send(message):
        sent.append(message)

    scope = scope_of(path, **about)
    assert resolver.handles(scope)
    await resolver(scope, None, send)
    start, body = sent
    headers = {k.decode(): v.decode() for k, v in start["headers"]}
    return Reply(start["status"], headers, body["body"])


def linkset_of(path, **about):
    reply = ask(path, **{"accept": LINKSET, **about})
    assert reply.status == 200
    return reply.json["linkset"]
