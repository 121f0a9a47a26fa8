"""The template designer: parts moved without a script, two readings refused and shown."""

import re

import pytest

from hefu.apps.identity.models import CodeTemplate
from tests.surfaces.desk.codes.browsing import signed_in, text_of, url

pytestmark = pytest.mark.django_db

USUAL = {
    "count": "3", "name": "old", "sample": "", "quantity": "1000",
    "s0-kind": "model", "s0-width": "8", "s0-models": "",
    "s1-kind": "date", "s1-formats": "YYMMDD",
    "s2-kind": "seal", "s2-chars": "8", "s2-alphabet": "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
}  # fmt: skip


def kinds(answer):
    return re.findall(r'name="s\d+-kind" value="(\w+)"', answer.content.decode())


def test_R107_segments_are_added_moved_and_removed_without_a_script(house):
    client = signed_in(house.specialist)

    def press(act):
        return kinds(client.post(url("template_new"), {**USUAL, "act": act}))

    assert press("report") == ["model", "date", "seal"]
    assert press("add:batch") == ["model", "date", "seal", "batch"]
    assert press("up:2") == ["model", "seal", "date"]
    assert press("down:0") == ["date", "model", "seal"]
    assert press("remove:1") == ["model", "seal"]
    assert (
        press("up:0")
        == press("down:2")
        == press("remove:9")
        == press("add:x")
        == ["model", "date", "seal"]
    )
    assert not CodeTemplate.objects.exists()


def test_a_report_says_odds_length_and_symbol_while_one_designs(house):
    client = signed_in(house.specialist)
    hx = {"HX-Request": "true"}

    part = client.post(url("template_new"), {**USUAL, "name": "", "act": "report"}, headers=hx)
    wrong = client.post(
        url("template_new"), {**USUAL, "s1-formats": "YYMM", "act": "report"}, headers=hx
    )

    assert part.content.decode().startswith('<div id="report"')
    page = text_of(part)
    assert "22: over 20" in page
    assert re.search(r"A guess hits once in [\d,.]+[kMG]? tries", page)
    assert "Production date: year, month and day are each needed once" in text_of(wrong)


def test_an_ambiguous_template_is_not_saved_and_both_readings_are_shown(house):
    client = signed_in(house.specialist)
    loose = {
        "count": "3", "name": "loose", "sample": "", "quantity": "1000", "act": "save",
        "s0-kind": "model", "s0-width": "", "s0-models": "AB, ABC",
        "s1-kind": "batch", "s1-widths": "1, 2",
        "s1-alphabet": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "s2-kind": "seal", "s2-chars": "6", "s2-alphabet": "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
    }  # fmt: skip

    answer = client.post(url("template_new"), loose)

    assert answer.status_code == 422
    page = text_of(answer)
    one, two = re.search(r"Reading one (.*?) Reading two (.*?) Give segments", page).groups()
    assert {one.split()[1], two.split()[1]} == {"AB", "ABC"}
    assert not CodeTemplate.objects.exists()


def test_R109_the_makers_own_code_is_saved_versioned_and_retired(house):
    client = signed_in(house.specialist)
    base36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    typed = {
        "count": "5", "name": "old", "sample": "PFFN500512122019jd71WVM8", "quantity": "1000",
        "act": "save", "s0-kind": "model", "s0-width": "8", "s0-models": "",
        "s1-kind": "date", "s1-formats": "YYMMDD",
        "s2-kind": "batch", "s2-widths": "2", "s2-alphabet": "0123456789",
        "s3-kind": "channel", "s3-width": "2", "s3-names": "jd=京东\ntb=淘宝",
        "s4-kind": "seal", "s4-chars": "6", "s4-alphabet": base36,
    }  # fmt: skip

    nameless = client.post(url("template_new"), {**typed, "name": ""})
    saved = client.post(url("template_new"), typed)
    again = client.post(url("template_new"), typed)
    first = CodeTemplate.objects.get()
    changed = client.post(url("template_new"), {**typed, "s4-chars": "7", "sample": ""})
    begun = client.get(url("template_new"), {"from": first.pk})
    client.post(url("template_retire", first.pk))

    assert (nameless.status_code, saved.url, again.url) == (
        422,
        url("template", first.pk),
        saved.url,
    )
    assert changed.url == url("template", CodeTemplate.objects.get(version=2).pk)
    assert "jd=京东" in begun.content.decode()
    first.refresh_from_db()
    assert (first.active, first.length) == (False, 24)
