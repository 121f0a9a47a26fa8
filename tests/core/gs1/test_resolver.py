"""Places, levels, negotiation and linksets of the resolver, without a database."""

import json
import re

import fastjsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core import gs1
from hefu.core.gs1.errors import Gs1Error
from hefu.core.gs1.resolver import (
    LINK_TYPES,
    PRIMARY_KEYS,
    Link,
    Outcome,
    Subject,
    build_linkset,
    check_target,
    decide,
    expand,
    levels,
    link_type_named,
    read_place,
    read_wish,
    subject_of,
    unknown_variables,
    with_query,
)
from hefu.core.gs1.resolver.places import variable

GTIN = "09506000134352"
UNIT = Subject(key_ai="01", key_value=GTIN, qualifiers=(("22", "V"), ("10", "L"), ("21", "S")))


def a_link(link_type="pip", **about):
    href = about.pop("href", f"https://b.example/{link_type}")
    return Link(**{"link_type": link_type, "title": link_type, "href": href, **about})


def test_R_the_sixty_link_types_are_known_by_each_of_their_names():
    assert len(LINK_TYPES) == 60
    for name in ("pip", "gs1:pip", "https://gs1.org/voc/pip", "https://ref.gs1.org/voc/pip",
                 "http://www.gs1.org/voc/pip"):  # fmt: skip
        assert link_type_named(name) == "pip"
    assert {link_type_named(name) for name in ("", "PIP", "schema:pip", "gs1:x")} == {""}


def test_every_primary_key_of_the_table_has_a_place():
    for ai in PRIMARY_KEYS:
        place = read_place(f"/{ai}/{variable(ai)}")
        assert (place.key_ai, place.key_value, place.qualifiers) == (ai, "", "")
        for order in gs1.IDENTIFIERS[ai].qualifiers:
            text = f"/{ai}/{variable(ai)}" + "".join(f"/{q}/{variable(q)}" for q in order)
            assert str(read_place(text)) == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("/01", "not_pairs"),
        ("/21/{serial}", "no_primary_key"),
        ("/07/1", "no_primary_key"),
        ("/01/{serial}", "variable_of_another_identifier"),
        ("/01/{gtin}/21/A/10/B", "qualifiers_out_of_order"),
        ("/01/{gtin}/17/271231", "qualifiers_out_of_order"),
        ("/01/{gtin}/5555/1", "unknown_identifier"),
    ],
)
def test_what_is_no_place_is_refused_by_rule(text, rule):
    with pytest.raises(Gs1Error) as caught:
        read_place(text)
    assert caught.value.rule == rule


def test_a_unit_comes_before_its_lot_before_its_variant_before_its_product():
    ranks = levels(UNIT)
    assert len(ranks) == 27
    wanted = ["/21/S", "/21/{serial}", "/22/V/10/L", "/10/L", "/10/{lot}", "/22/V", ""]
    assert sorted(wanted, key=lambda pattern: -ranks[pattern]) == wanted
    assert ranks["/22/V/10/L/21/S"] == max(ranks.values())


def test_a_subject_is_the_path_without_attributes_of_the_query():
    uri = f"https://x.example/a/01/{GTIN}/235/T%2F1?10=L&17=271231#top"
    subject = subject_of(gs1.parse_digital_link(uri), uri)
    assert subject.qualifiers == (("235", "T/1"),)
    assert subject.path() == f"/01/{GTIN}/235/T%2F1"


def test_targets_are_filled_in_percent_encoded():
    subject = Subject(key_ai="01", key_value=GTIN, qualifiers=(("21", "A/?&#"),))
    assert expand("https://b.example/{gtin}?s={serial}", subject) == (
        f"https://b.example/{GTIN}?s=A%2F%3F%26%23"
    )
    place = read_place("/01/{gtin}/10/{lot}")
    assert unknown_variables("https://b.example/{lot}/{serial}/{x}", place) == ["serial", "x"]


@pytest.mark.parametrize(
    ("href", "query", "found"),
    [
        ("https://b.example", "", "https://b.example"),
        ("https://b.example/p", "a=1&b", "https://b.example/p?a=1"),
        ("https://b.example/p?x=1#f", "a=1&a=2", "https://b.example/p?x=1&a=1&a=2#f"),
        ("https://b.example/p?", "a=", "https://b.example/p?a="),
    ],
)
def test_pairs_of_the_query_are_passed_on(href, query, found):
    assert with_query(href, query) == found


def test_a_target_is_a_web_address_whose_host_no_code_can_choose():
    assert check_target("https://b.example:8443/p/{serial}?a={gtin}#x") == ""
    assert check_target("ftp://b.example") == "not_a_web_address"
    for text in ("https://{serial}.example", "https://", "https://b.example/ä", "https://b/ x"):
        assert check_target(text) == "illegal_web_address"


@pytest.mark.parametrize(
    ("language", "accept", "found"),
    [
        ("en", "text/html", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "text/html,*/*;q=0.8", "en"),
        ("zh;q=0.3, en;q=0.2", "text/html", "zh"),
        ("fr", "text/html", "any"),  # the one without a language fits everybody
        ("en", "application/pdf", "en-pdf"),
        ("en", "application/*;q=0.9, text/html;q=0.1", "en-pdf"),
        ("ZH-cn", "text/html", "zh"),
    ],
)
def test_the_best_language_and_then_media_type_wins(language, accept, found):
    links = [
        a_link(href="any"), a_link(href="en", language="en"), a_link(href="zh", language="zh"),
        a_link(href="en-pdf", language="en", media_type="application/pdf"),
    ]  # fmt: skip
    wish = read_wish("linkType=pip", accept=accept, accept_language=language)
    decision = decide(links, {"": 0}, wish, gone=False)
    assert [link.href for link in decision.links] == [found]


def test_equal_links_are_a_choice_and_no_link_is_missing_or_gone():
    two = [a_link(href="1", language="zh"), a_link(href="2", language="en")]
    wish = read_wish("linkType=gs1:pip")
    assert decide(two, {"": 0}, wish, gone=False).outcome is Outcome.CHOICES
    assert decide(two, {"": 0}, read_wish("linkType=x"), gone=True).outcome is Outcome.MISSING
    assert decide([], {"": 0}, read_wish(""), gone=True).outcome is Outcome.GONE
    assert decide([], {"": 0}, read_wish("linkType=all"), gone=False).outcome is Outcome.MISSING


def test_the_houses_own_link_gives_way_to_the_brands_even_at_a_higher_level():
    links = [a_link(href="house", level="/21/{serial}", offered=True), a_link(href="brand")]
    decision = decide(links, levels(UNIT), read_wish("linkType=pip"), gone=False)
    assert decision.links[0].href == "brand"


_levels = st.sampled_from(sorted(levels(UNIT)))
_links = st.lists(
    st.builds(
        a_link, st.sampled_from(["pip", "faqs", "dpp"]), language=st.sampled_from(["", "zh", "en"]),
        media_type=st.sampled_from(["", "application/pdf"]), default=st.booleans(), level=_levels,
        context=st.sampled_from(["", "CN"]), offered=st.booleans(), forward=st.booleans(),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
_queries = st.sampled_from(
    ["", "linkType=pip", "linkType=gs1:dpp", "linkType=all", "linkType=?", "context=cn"]
)


@given(_links, _queries, st.text(max_size=30), st.text(max_size=30))
def test_every_wish_has_an_answer_that_was_asked_for(links, query, accept, language):
    wish = read_wish(query, accept=accept, accept_language=language)
    decision = decide(links, levels(UNIT), wish, gone=False)
    assert decision.outcome is not Outcome.GONE
    assert set(decision.links) <= set(links)
    if decision.outcome is Outcome.FOLLOW:
        assert len(decision.links) == 1
    if wish.link_type:
        assert {link.link_type for link in decision.links} <= {wish.link_type}
    if wish.link_type == "" and not wish.linkset:
        assert decision.outcome is Outcome.FOLLOW  # there is always a default


@given(_links)
def test_linksets_are_valid_and_hold_every_link_once_and_one_default_each(published, links):
    found = build_linkset(UNIT, links, stem="https://id.example.com", description="rice")
    published(found)
    contexts = found["linkset"]
    types = [
        link for context in contexts for name, value in context.items()
        if not re.search("anchor|itemDescription|defaultLink", name) for link in value
    ]  # fmt: skip
    assert len(types) == len(links)
    assert contexts[0]["anchor"].endswith("/22/V/10/L/21/S")
    for context in contexts:
        for name, value in context.items():
            if name.endswith("/defaultLink"):
                assert [set(link) for link in value] == [{"href", "title"}]
    assert any(name.endswith("/defaultLink") for name in contexts[0])


@pytest.fixture(scope="module")
def published(shared_data):
    text = (shared_data / "identity/gs1_linkset/gs1-linkset-schema.json").read_text()
    check = fastjsonschema.compile(json.loads(text))
    for name in ("valid-gs1-example", "modelLinkset"):
        check(json.loads((shared_data / f"identity/gs1_linkset/{name}.json").read_text()))
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check(
            json.loads((shared_data / "identity/gs1_linkset/invalid-gs1-example.json").read_text())
        )
    return check


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_refused(text):
    try:
        place = read_place(text)
    except Gs1Error:
        return
    assert read_place(str(place)) == place
