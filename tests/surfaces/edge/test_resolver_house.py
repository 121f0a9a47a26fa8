"""Old compressed links, whose code it is, what is counted, and that nothing breaks it."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections
from django.urls import get_resolver, resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hefu.apps.catalog.models import LinkCount
from hefu.core import gs1
from hefu.core.permissions import Role
from hefu.surfaces.edge.resolver import Resolver
from hefu.surfaces.edge.resolver_links import OFFERS
from hefu.surfaces.edge.resolver_passport import wants_passport
from hefu.surfaces.edge.resolver_request import asks_for_links, read_ask, read_link
from tests.apps.catalog.pages import a_draft, publish
from tests.factories import an_actor
from tests.loops import run
from tests.surfaces.edge.resolving import (
    GTIN,
    HTML,
    LINKSET,
    OTHER_GTIN,
    SERIAL,
    UNIT,
    House,
    ask,
    ask_all,
    linkset_of,
    scope_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


# --- compressed links ---------------------------------------------------------------


def test_compressed_links_are_resolved_and_the_uncompressed_one_exposed():
    house = House(gtin=OTHER_GTIN)
    house.link(place=f"/01/{OTHER_GTIN}", default=True)
    # made by the GS1 Digital Link toolkit (identity/gs1_dl_compression), checked below
    reply = ask("/ARFKk4XBoA?u=1")
    assert reply.location == "https://brand.example/p?u=1"
    assert (
        f'<https://id.example.com/01/{OTHER_GTIN}?u=1>; rel="owl:sameAs"' in reply.headers["link"]
    )


def test_compressed_links_of_the_toolkit_are_read_as_what_they_are_short_for(shared_data):
    rows = (shared_data / "identity/gs1_dl_compression/decompress.jsonl").read_text().splitlines()
    read = 0
    for row in map(json.loads, rows):
        link = row["compressed"].partition("://")[2]
        path = link[link.index("/") :]
        if path.count("/") > 1 or gs1.validate(row["decompressed"]) is not None:
            continue  # below a stem, or not valid by today's rules
        scope = scope_of(path)
        if not Resolver.handles(scope):
            assert len(path) < 11
            continue
        reading = read_link(read_ask(scope, trust_proxy=False))
        plain = row["decompressed"].partition("://")[2].partition("?")[0]
        assert plain.endswith(reading.subject.path())
        read += 1
    assert read > 20


def test_no_page_of_the_house_is_taken_for_a_compressed_link():
    firsts = {str(p.pattern).lstrip("^").split("/")[0] for p in get_resolver().url_patterns}
    firsts |= {
        str(q.pattern).split("/")[0]
        for p in get_resolver().url_patterns
        for q in getattr(p, "url_patterns", ())
    }
    for first in firsts | {"favicon", "robots", "static", "backstage", "activation"}:
        if "<" not in first and first != "01":
            assert not Resolver.handles(scope_of(f"/{first}/".replace("//", "/"))), first


def test_every_link_of_the_house_leads_to_a_page_of_the_house(house):
    for page in (False, True):
        if page:
            publish_page(house)
        found = [link for c in linkset_of(f"/01/{GTIN}/10/L1/21/{SERIAL}") for link in targets(c)]
        # the defaults stand there, too
        assert len(found) > sum(offer.page in (None, page) for offer in OFFERS)
        for link in found:
            assert link["href"].startswith("https://id.example.com/")
            path = "/" + link["href"].split("/", 3)[3].partition("?")[0]
            if not wants_passport(path):  # the resolver shows it itself
                resolve(path)


def publish_page(house):
    writer = an_actor(house.brand, Role.PRODUCT_SPECIALIST)
    approver = an_actor(house.brand, Role.APPROVER)
    publish(writer, approver, a_draft(writer, house.product).page)


def test_R102_a_public_page_is_where_its_product_leads_and_a_unit_by_way_of_its_code(house):
    asked = [f"/01/{GTIN}", f"/01/{GTIN}?linkType=gs1:pip", f"/01/{GTIN}?linkType=gs1:instructions"]
    units = [f"{UNIT}?linkType=gs1:pip", f"{UNIT}?linkType=gs1:instructions", UNIT]
    before = places([*asked, *units])
    assert before[0] == "https://id.example.com/check/"
    assert before[2] == before[4] == ""

    publish_page(house)

    page = f"https://id.example.com/b/{house.brand.slug}/p/A1/"
    by_code = f"https://id.example.com/c/{SERIAL}/manual/"
    assert places(asked) == [page] * 3
    assert places(units) == [by_code, by_code, f"https://id.example.com/c/{SERIAL}"]


def places(paths):
    """Where each leads, without the query that is passed on."""
    return [(reply.location or "").partition("?")[0] for reply in ask_all(paths)]


def targets(context):
    return [link for value in context.values() if isinstance(value, list) for link in value]


def test_events_of_a_unit_and_of_a_lot_are_asked_for_by_the_canonical_name(house):
    unit, lot = ask_all(
        [f"/01/{GTIN}/10/L1/21/{SERIAL}?linkType=gs1:epcis", f"/01/{GTIN}/10/L1?linkType=gs1:epcis"]
    )
    assert parse_qs(urlsplit(unit.location).query) == {
        "MATCH_anyEPC": [f"https://id.gs1.org/01/{GTIN}/21/{SERIAL}"]
    }
    assert parse_qs(urlsplit(lot.location).query) == {
        "MATCH_anyEPCClass": [f"https://id.gs1.org/01/{GTIN}/10/L1"]
    }


# --- whose it is, and how much it is used -------------------------------------------------------


def test_a_host_of_its_own_shows_that_brand_only(house):
    other = House(gtin=OTHER_GTIN, host="other.example")
    other.link(place=f"/01/{OTHER_GTIN}", default=True)
    assert ask(f"/01/{GTIN}", host="other.example").status == 404
    assert ask(f"/01/{OTHER_GTIN}", host="other.example:8443").status == 307
    assert ask(f"/01/{OTHER_GTIN}", host="id.example.com").status == 307


def test_a_newcomer_cannot_take_over_a_gtin(house):
    house.link(default=True)
    House().link(href="https://thief.example", default=True)
    assert ask(f"/01/{GTIN}").location == "https://brand.example/p"
    assert "thief" not in json.dumps(linkset_of(UNIT))


def test_uses_are_counted_by_type_and_day(house):
    house.link("faqs")
    ask_all([f"/01/{GTIN}?linkType=gs1:faqs"] * 5 + [f"/01/{GTIN}"] * 2)
    ask_all([f"/01/{GTIN}?linkType=gs1:dpp", f"/01/{GTIN}?linkType=gs1:nonsense"])
    ask(f"/01/{GTIN}", method="HEAD")
    ask_all([f"/01/{GTIN}?linkType=gs1:faqs", f"{UNIT}?linkType=all"])
    counted = {row.link_type: (row.followed, row.missing) for row in LinkCount.objects.all()}
    assert counted == {"faqs": (6, 0), "defaultLink": (2, 0), "dpp": (0, 1), "linkset": (1, 0)}


def test_made_up_keys_cost_one_row():
    House(host="id.example.com").link("masterData", place="/8004/{giai}")
    ask_all([f"/8004/6901234X{n}" for n in range(9)])
    assert LinkCount.objects.get().followed == 9


def test_the_scan_path_hands_over_only_who_asks_for_links():
    assert not asks_for_links(scope_of(UNIT, accept=HTML))
    assert asks_for_links(scope_of(f"{UNIT}?linkType=gs1:pip"))
    assert asks_for_links(scope_of(UNIT, accept=LINKSET))


# --- nothing breaks it --------------------------------------------------------------------------

_texts = st.text(st.characters(codec="latin-1", exclude_characters="\x00"), max_size=30)
_values = st.sampled_from([GTIN, SERIAL, "A%2FB", "{serial}", "", "ARFKk4XBoA"]) | _texts
_names = st.sampled_from(["01", "21", "10", "22", "235", "00", "8010", "414"])
_paths = st.builds(
    lambda head, pairs: [*head, *(part for pair in pairs for part in pair)],
    st.sampled_from([["01", GTIN], ["01"], ["00"], [], ["x"]]),
    st.lists(st.tuples(_names, _values), max_size=4),
) | _values.map(lambda value: [value])
_queries = st.lists(
    st.builds(
        "{}={}".format, st.sampled_from(["linkType", "17", "context", "x", "01"]),
        st.sampled_from(["gs1:pip", "all", "linkset", "271231"]) | _texts,
    ) | _texts,
    max_size=3,
).map("&".join)  # fmt: skip
_accepts = st.sampled_from([HTML, LINKSET, "*/*", "text/html;q=x", ""]) | _texts
_languages = st.sampled_from(["zh-CN,en;q=0.5", "*", "en;q=2"]) | _texts


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(batch=st.lists(st.tuples(_paths, _queries, _accepts, _languages), min_size=10, max_size=10))
def test_no_request_makes_an_unhandled_error(house, batch):
    async def everybody():
        resolver = Resolver()
        try:
            for parts, query, accept, language in batch:
                path = "/" + "/".join(parts)
                scope = scope_of("/", accept="", language="")
                scope |= {
                    "path": path, "raw_path": path.encode("utf-8"), "query_string": query.encode(),
                    "headers": [(b"host", b"x.example"), (b"accept", accept.encode("latin-1")),
                                (b"accept-language", language.encode("latin-1"))],
                }  # fmt: skip
                sent = []

                async def send(message, sent=sent):
                    sent.append(message)

                if resolver.handles(scope):
                    await resolver(scope, None, send)
                    assert sent[0]["status"] in (200, 300, 307, 400, 404, 410)
                    for _name, value in sent[0]["headers"]:
                        assert not {b"\r", b"\n"} & {bytes([b]) for b in value}
        finally:
            with suppress(RuntimeError):
                await asyncio.get_running_loop().run_in_executor(
                    resolver._group._thread, connections.close_all
                )
            resolver.close()

    run(everybody())


def test_the_entrance_sends_each_request_to_whom_it_belongs(house):
    from hefu.config import asgi

    async def status(path, **about):
        sent = []

        async def send(message):
            sent.append(message)

        await asgi.application(scope_of(path, host="localhost", **about), None, send)
        return sent[0]["status"], dict(sent[0]["headers"])[b"content-type"].decode()

    async def everybody():
        try:
            return [
                await status(UNIT, accept=HTML),  # the scan path: not one of our codes
                await status(f"{UNIT}?linkType=linkset"),
                await status(UNIT, accept=LINKSET),
                await status(f"/01/{GTIN}?linkType=all"),
                await status("/01/1"),
            ]
        finally:
            for part in (asgi._edge, asgi._resolver):
                await asyncio.get_running_loop().run_in_executor(
                    part._group._thread, connections.close_all
                )

    assert run(everybody()) == [
        (404, "text/html; charset=utf-8"), (200, LINKSET), (200, LINKSET), (200, LINKSET),
        (400, "application/problem+json"),
    ]  # fmt: skip
