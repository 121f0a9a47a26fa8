"""The 32 statements of the GS1-Conformant Resolver test suite, each against the whole entrance.

A test named by a statement's id quotes what the statement demands; the texts are in the published
suite's list (identity/resolver_conformance_statements.json).
"""

import json
import re
import threading
from http.client import HTTPConnection

import fastjsonschema
import pytest
import uvicorn

from hefu.apps.catalog.services import withdraw_link
from hefu.core.gs1.resolver import LINK_TYPES
from hefu.surfaces.edge.resolver import Resolver
from tests.factories import NOW
from tests.surfaces.edge.resolving import (
    GTIN,
    HTML,
    LINKSET,
    OTHER_GTIN,
    SERIAL,
    UNIT,
    VOC,
    House,
    ask,
    ask_all,
    linkset_of,
    scope_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


# --- the address ------------------------------------------------------------------------------


def test_isURL_validDL_plausibleDL_what_is_no_digital_link_is_400_or_not_ours(house):
    assert ask(f"/01/{GTIN}").status == 307
    assert ask("/01/").status == 400
    assert not Resolver.handles(scope_of("/check/"))
    assert not Resolver.handles(scope_of("/07/123"))


def test_isHttps_tlsOK_links_are_https_where_the_proxy_speaks_tls(house):
    proxied = [(b"x-forwarded-proto", b"https")]
    (context,) = linkset_of(f"/01/{GTIN}", more=proxied)
    assert context["anchor"] == f"https://id.example.com/01/{GTIN}"


def test_rdFile_there_is_a_resolver_description_file():
    reply = ask("/.well-known/gs1resolver")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json["resolverRoot"] == "https://id.example.com"
    assert {"00", "01", "414", "8003", "8018"} <= set(reply.json["supportedPrimaryKeys"])
    meaning = ask(reply.json["jsonLdContext"].removeprefix("https://id.example.com"))
    assert meaning.headers["content-type"] == "application/ld+json"
    assert meaning.json["@context"]["linkset"] == "@graph"


def test_httpVersion_http_1_1_on_a_real_server():
    resolver = Resolver()
    server = uvicorn.Server(
        uvicorn.Config(resolver, port=0, lifespan="off", log_level="critical", ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        for method, status, empty in (
            ("GET", 200, False),
            ("HEAD", 200, True),
            ("OPTIONS", 204, True),
        ):
            connection.request(method, "/.well-known/gs1resolver")
            answer = connection.getresponse()
            assert (answer.version, answer.status) == (11, status)
            assert (answer.read() == b"") is empty
        connection.close()
    finally:
        server.should_exit = True
        thread.join(10)
        resolver.close()


def test_corsCheck_every_answer_may_be_read_from_any_page(house):
    paths = [f"/01/{GTIN}", "/01/1", f"/01/{GTIN}?linkType=gs1:faqs", "/.well-known/gs1resolver"]
    for reply in ask_all(paths):
        assert reply.headers["access-control-allow-origin"] == "*"
    assert "link" in ask(f"/01/{GTIN}").headers["access-control-expose-headers"]


def test_methodsCheck_get_head_and_options(house):
    house.link(default=True)
    got, head, options, put = (
        ask(f"/01/{GTIN}", method=method) for method in ("GET", "HEAD", "OPTIONS", "PUT")
    )
    assert (head.status, head.location, head.body) == (got.status, got.location, b"")
    assert options.status == 204
    assert options.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert put.status == 405
    assert Resolver.handles(scope_of(UNIT, method="OPTIONS"))


def test_reportWith400_a_false_address_names_identifier_rule_and_position(house):
    reply = ask("/01/06901234567893")
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")
    said = reply.json
    assert (said["code"], said["ai"]) == ("gs1.invalid_value", "01")
    assert said["rule"]
    assert said["position"] >= len("https://id.example.com/01/")


@pytest.mark.parametrize(
    "path",
    [
        "/01/06901234567893",  # check digit
        f"/01/{GTIN}/21/",  # no value
        f"/01/{GTIN}/21/A/10/B",  # order of qualifiers
        f"/01/{GTIN}?17=991332",  # no date
        f"/01/{GTIN}/99/x",  # no qualifier
        "/8003/1",
        f"/01/{GTIN}/21/%00",
    ],
)
def test_noErrorWith200_no_error_is_a_200(house, path):
    for accept in ("*/*", HTML, LINKSET):
        assert ask(path, accept=accept).status == 400
    assert ask(f"/01/{OTHER_GTIN}", accept=LINKSET).status == 404


def test_trailingSlash_is_tolerated(house):
    assert ask(f"/01/{GTIN}/").location == ask(f"/01/{GTIN}").location
    assert ask(f"/01/{GTIN}/?linkType=linkset").json == ask(f"/01/{GTIN}?linkType=linkset").json


# --- levels -------------------------------------------------------------------------------------


def test_basicWalkUp_all_key_qualifiers_and_from_serial_to_lot_to_product(house):
    house.link("instructions", "https://b.example/all")
    house.link("instructions", "https://b.example/lot/{lot}", f"/01/{GTIN}/10/{{lot}}")
    house.link("instructions", "https://b.example/bad-lot", f"/01/{GTIN}/10/BAD")
    house.link("instructions", "https://b.example/{cpv}", f"/01/{GTIN}/22/{{cpv}}")
    house.link("epcis", "https://b.example/e/{serial}?g={gtin}", "/01/{gtin}/21/{serial}")
    wish = "?linkType=gs1:instructions"
    where = [
        f"/01/{GTIN}", f"/01/{GTIN}/10/L1", f"/01/{GTIN}/10/BAD", f"/01/{GTIN}/22/V1",
        f"/01/{GTIN}/22/V1/10/L1/21/S1", f"/01/{GTIN}/21/S1", f"/01/{GTIN}/235/T1",
    ]  # fmt: skip
    found = [reply.location.partition("?")[0] for reply in ask_all([w + wish for w in where])]
    assert [f.removeprefix("https://b.example/") for f in found] == [
        "all", "lot/L1", "bad-lot", "V1", "lot/L1", "all", "all",
    ]  # fmt: skip
    unit = ask(f"/01/{GTIN}/10/L1/21/a%2Fb?linkType=gs1:epcis")
    assert unit.location == f"https://b.example/e/a%2Fb?g={GTIN}&linkType=gs1:epcis"


def test_basicWalkUp_every_primary_key_is_resolved():
    house = House(host="id.example.com")
    places = {
        "/00/069012345678901238": "/00/{sscc}", "/414/6901234000009/254/7": "/414/{gln}/254/{glnx}",
        "/8003/06901234000009A1": "/8003/{grai}", "/8018/690123456789012346/8019/3": "/8018/{gsrn}",
        "/8010/6901234A/8011/12": "/8010/{cpid}/8011/{cpsn}",
    }  # fmt: skip
    for n, place in enumerate(places.values()):
        house.link("masterData", f"https://b.example/{n}", place)
    found = ask_all(list(places))
    assert [reply.location for reply in found] == [f"https://b.example/{n}" for n in range(5)]


# --- linksets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (f"/01/{GTIN}?linkType=linkset", "*/*"),
        (f"/01/{GTIN}?linkType=all", HTML),
        (f"/01/{GTIN}", LINKSET),
        (f"{UNIT}?linkType=linkset", "application/json"),
        (UNIT, f"{LINKSET}, */*;q=0.1"),
    ],
)
def test_ltLinksetNoRedirect_ltAllNoRedirect_ltAcceptHeader(house, path, accept):
    reply = ask(path, accept=accept)
    assert (reply.status, reply.location) == (200, None)
    assert reply.json["linkset"][0]["anchor"].startswith(f"https://id.example.com/01/{GTIN}")


def test_validLinkset_hackedLinkset_against_the_published_schema(house, schema):
    house.link(language="zh", default=True)
    house.link(href="https://brand.example/en", language="en", default=True)
    house.link("certificationInfo", media_type="application/pdf", context="CN", forward=False)
    house.link("dpp", "https://b.example/{serial}", f"/01/{GTIN}/21/{{serial}}")
    for path in (f"/01/{GTIN}", UNIT, f"/01/{GTIN}/10/L1/21/S1"):
        linkset = {"linkset": linkset_of(path)}
        schema(linkset)
        hacked = json.loads(json.dumps(linkset).replace('"href"', '"hrefs"'))
        with pytest.raises(fastjsonschema.JsonSchemaException):
            schema(hacked)


def test_linksetJsonldCheck_a_link_header_points_to_the_context(house):
    header = ask(f"/01/{GTIN}", accept=LINKSET).headers["link"]
    found = re.search(r'<([^>]+)>; rel="http://www.w3.org/ns/json-ld#context"', header)
    path = found[1].removeprefix("https://id.example.com")
    assert ask(path).headers["content-type"] == "application/ld+json"


def test_declaredContentType_is_what_was_asked_for(house):
    assert ask(f"/01/{GTIN}", accept=LINKSET).headers["content-type"] == LINKSET
    assert ask(f"/01/{GTIN}?linkType=all").headers["content-type"] == LINKSET


def test_linkOnRedirect_the_linkset_is_in_the_link_header(house):
    header = ask(f"/01/{GTIN}").headers["link"]
    found = re.search(r'<([^>]+)>; rel="linkset"; type="application/linkset\+json"', header)
    assert ask(found[1].removeprefix("https://id.example.com")).status == 200


def test_legacyLinkHeaders_not_all_links_are_in_the_header(house):
    house.link("faqs")
    assert "brand.example" not in ask(f"/01/{GTIN}").headers["link"]


def test_linkset_holds_each_level_with_the_uncompressed_anchor(house):
    house.link("recallStatus", "https://b.example/r", f"/01/{GTIN}/10/{{lot}}")
    anchors = [context["anchor"] for context in linkset_of(f"/01/{GTIN}/10/L%2F1/21/S1?x=1")]
    stem = f"https://id.example.com/01/{GTIN}"
    assert anchors == [f"{stem}/10/L%2F1/21/S1", f"{stem}/21/S1", f"{stem}/10/L%2F1", stem]


# --- default, language, media type, choices -----------------------------------------------------


def test_defaultLinkExists_singleDefaulLink_one_each_with_title_only(house):
    house.link(default=True, language="zh", media_type="text/html")
    house.link(default=True, href="https://brand.example/en", language="en")
    for context in linkset_of(f"/01/{GTIN}/10/L1/21/S1"):
        (default,) = context[VOC + "defaultLink"]
        assert set(default) == {"href", "title"}
        assert context["itemDescription"].startswith("电饭煲")


def test_defaultLinkExists_also_where_nobody_named_one():
    House(host="id.example.com").link("traceability", place="/00/{sscc}")
    (context,) = linkset_of("/00/069012345678901238")
    assert context[VOC + "defaultLink"][0]["href"] == "https://brand.example/p"
    assert ask("/00/069012345678901238").location == "https://brand.example/p"


def test_singleMultiLink_the_default_minds_the_readers_language(house):
    house.link(href="https://b.example/zh", default=True, language="zh")
    house.link(href="https://b.example/en", default=True, language="en")
    ends = [ask(f"/01/{GTIN}", language=tag).location[-2:] for tag in ("en-GB", "zh-CN", "fr", "")]
    assert ends == ["en", "zh", "zh", "zh"]
    (context,) = linkset_of(f"/01/{GTIN}")
    assert len(context[VOC + "defaultLinkMulti"]) == 2


def test_linkTypesDefined_in_the_gs1_web_vocabulary(house, shared_data):
    published = json.loads(
        (shared_data / "identity/gs1_reference/link_types_gs1Voc_1.16.json").read_text()
    )
    assert {f"gs1:{name}" for name in LINK_TYPES} == {row["id"] for row in published}
    assert {name for name, t in LINK_TYPES.items() if not t.current} == {
        row["id"][4:] for row in published if row["status"] == "deprecated"
    }
    for context in linkset_of(UNIT):
        types = set(context) - {"anchor", "itemDescription"}
        assert {name.removeprefix(VOC) for name in types} <= set(LINK_TYPES)


def test_defaultTarget_redirects_there_unless_told_otherwise(house):
    assert ask(f"/01/{GTIN}").location == "https://id.example.com/check/"
    house.link(default=True)
    reply = ask(f"/01/{GTIN}")
    assert (reply.status, reply.location) == (307, "https://brand.example/p")


def test_defaultTarget_of_a_unit_is_the_check_whatever_the_product_says(house):
    house.link(default=True)
    reply = ask(f"/01/{GTIN}/10/L1/21/{SERIAL}")
    assert reply.location == f"https://id.example.com/c/{SERIAL}"


@pytest.mark.parametrize(
    "name",
    ["gs1:faqs", "faqs", "https://gs1.org/voc/faqs", "https%3A%2F%2Fref.gs1.org%2Fvoc%2Ffaqs"],
)
def test_loObject_redirects_to_the_type_asked_for(house, name):
    house.link("faqs", "https://b.example/faqs")
    house.link(default=True)
    location = ask(f"/01/{GTIN}?linkType={name}").location
    assert location == f"https://b.example/faqs?linkType={name}"


def test_loObject_the_houses_own_pages(house):
    wanted = {"registerProduct": f"/activate/{SERIAL}/", "recallStatus": f"/c/{SERIAL}",
              "verificationService": f"/c/{SERIAL}", "loyaltyProgram": "/coins/"}  # fmt: skip
    for name, path in wanted.items():
        reply = ask(f"{UNIT}?linkType=gs1:{name}")
        assert reply.location == f"https://id.example.com{path}?linkType=gs1:{name}"
    house.link("recallStatus", "https://b.example/recalls")
    reply = ask(f"{UNIT}?linkType=gs1:recallStatus")
    assert reply.location.startswith("https://b.example/recalls")


def test_loObject_language_media_type_and_context_tell_links_apart(house):
    house.link("faqs", "https://b.example/zh", language="zh")
    house.link("faqs", "https://b.example/en", language="en")
    house.link("faqs", "https://b.example/en.pdf", language="en", media_type="application/pdf")
    house.link("faqs", "https://b.example/us", language="en", context="US")
    path = f"/01/{GTIN}?linkType=gs1:faqs"
    found = [
        ask(path, language="en", accept=HTML), ask(path, language="zh-CN,en;q=0.5"),
        ask(path, language="en", accept="application/pdf"),
        ask(path + "&context=US", language="en"),
        ask(path, language="en;q=0, zh;q=0.1"),
    ]  # fmt: skip
    ends = [reply.location.partition("?")[0].rpartition("/")[2] for reply in found]
    assert ends == ["en", "zh", "en.pdf", "us", "zh"]


def test_loObject_300_where_nothing_tells_them_apart(house):
    house.link("certificationInfo", "https://b.example/1", title="<one>")
    house.link("certificationInfo", "https://b.example/2")
    path = f"/01/{GTIN}?linkType=gs1:certificationInfo"
    reply = ask(path)
    assert (reply.status, reply.location) == (300, None)
    links = reply.json["linkset"][0][VOC + "certificationInfo"]
    assert [link["href"] for link in links] == ["https://b.example/1", "https://b.example/2"]
    page = ask(path, accept=HTML, language="en")
    assert page.status == 300
    assert "https://b.example/2" in page.body.decode()
    assert "&lt;one&gt;" in page.body.decode()


def test_specificLinkTypeNotFound_is_404(house):
    paths = [f"/01/{GTIN}?linkType=gs1:{name}" for name in ("faqs", "nonsense")]
    paths += [f"/01/{OTHER_GTIN}", "/00/069012345678901238", f"/01/{GTIN}?linkType=schema:url"]
    assert {reply.status for reply in ask_all(paths)} == {404}


def test_410_once_all_links_were_withdrawn_and_404_for_one_type():
    house = House(host="id.example.com")
    link = house.link("traceability", place="/00/069012345678901238")
    withdraw_link(house.actor, link=link, now=NOW)
    assert ask("/00/069012345678901238").status == 410
    assert ask("/00/069012345678901238", accept=LINKSET).status == 410
    faqs = house.link("faqs")
    withdraw_link(house.actor, link=faqs, now=NOW)
    assert ask(f"/01/{GTIN}?linkType=gs1:faqs").status == 404


def test_qsPassedOn_all_pairs_after_the_targets_own(house):
    house.link(href="https://b.example/p?a=1#top", default=True)
    house.link("faqs", "https://b.example/faqs", forward=False)
    assert ask(f"/01/{GTIN}?17=271231&u=x%20y&v").location == (
        "https://b.example/p?a=1&17=271231&u=x%20y#top"
    )
    assert ask(f"/01/{GTIN}?linkType=gs1:faqs&u=1").location == "https://b.example/faqs"


# --- all of them ------------------------------------------------------------------------------


def test_every_statement_of_the_suite_has_a_test_of_its_name(shared_data):
    listed = json.loads((shared_data / "identity/resolver_conformance_statements.json").read_text())
    tests = " ".join(name for name in globals() if name.startswith("test_"))
    assert len(listed["tests"]) == 32
    assert not {row["id"] for row in listed["tests"] if row["id"] not in tests}
