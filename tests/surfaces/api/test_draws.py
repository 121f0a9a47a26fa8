"""Draws over REST: read, taken part in for a member, recomputed."""

import json
from datetime import timedelta

import pytest
import time_machine

from hefu.apps.campaigns.models import DrawEntry, EntryBy
from hefu.apps.campaigns.services.draws import ending
from hefu.core.permissions import Permission
from tests.apps.campaigns.draw_rows import AFTER, COOKER, ENDS, MUG, Fair, a_list_plan, a_plan
from tests.apps.campaigns.test_draws import verified
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db
LATE = ENDS - timedelta(seconds=5)


@pytest.fixture
def fair(goods):
    return Fair(goods.brand)


def test_a_draw_is_read_with_its_prizes_and_commitment(api, fair):
    draw = fair.published()

    assert [one["slug"] for one in api.get("draws")["items"]] == [draw.slug]
    shown = api.get(f"draws/{draw.pk}")
    assert [(p["name"], p["quantity"], p["left"]) for p in shown["prizes"]] == [
        ("电饭煲", 2, 2),
        ("马克杯", 20, 20),
    ]
    assert shown["commitment"] == draw.terms.get().commitment
    assert draw.secret not in json.dumps(shown)
    api.get(f"draws/{draw.pk}/list")
    api.refused(409, "campaigns.draw_not_ended")


def test_a_member_takes_part_once_however_often_it_is_sent(api, fair):
    draw, member = fair.published(a_plan(blank_weight=0, prizes=(MUG,))), fair.member()
    body = {"member": member.pk, "adult": True}
    with time_machine.travel(LATE):
        first = api.post(f"draws/{draw.pk}/entries", body, **{"Idempotency-Key": "k1"})
        again = api.post(f"draws/{draw.pk}/entries", body, **{"Idempotency-Key": "k1"})
        assert (first["number"], first["prize"]) == (1, "马克杯")
        assert again == first
        api.post(f"draws/{draw.pk}/entries", body)
        assert api.refused(409, "campaigns.taken_part_already")["details"]["cap"] == "person"
        api.post(f"draws/{draw.pk}/entries", {**body, "adult": False})
        api.refused(422, "invalid")
        winners = api.get(f"draws/{draw.pk}/winners")["items"]
    assert winners[0]["prize"] == "马克杯"
    assert member.phone not in json.dumps(winners)
    assert DrawEntry.objects.count() == 1


def test_a_code_gives_the_chance_and_a_wrong_one_none(api, goods, fair):
    draw, member = fair.published(a_plan(entry_by=EntryBy.SCAN, cap_person=5)), fair.member()
    body = {"member": member.pk, "adult": True}
    with time_machine.travel(LATE):
        api.post(f"draws/{draw.pk}/entries", body)
        api.refused(409, "campaigns.not_eligible")
        api.post(f"draws/{draw.pk}/entries", {**body, "code": "0000000000000000"})
        api.refused(404, "identity.code_unknown")
        assert api.post(f"draws/{draw.pk}/entries", {**body, "code": goods.code(1)})["number"] == 1


def test_the_published_list_is_what_the_verifier_reads(api, fair, tmp_path):
    draw = fair.published(a_list_plan(prizes=(COOKER,)))
    for _ in range(4):
        fair.enter(draw)
    ending.mind_draws(AFTER)

    document = api.get(f"draws/{draw.pk}/list")

    assert verified(tmp_path, document) == (0, "as published")


def test_scopes_and_strangers(api, goods, fair):
    draw = fair.published()
    reader = Caller(a_key(goods.brand, [Permission.CAMPAIGN_VIEW])[1])
    stranger = Caller(a_key(Fair().brand)[1])

    reader.post(f"draws/{draw.pk}/entries", {"member": 1, "adult": True})
    reader.refused(403, "not_allowed")
    for path in (f"draws/{draw.pk}", f"draws/{draw.pk}/winners", f"draws/{draw.pk}/list"):
        stranger.get(path)
        stranger.refused(404, "not_found")
    stranger.post(f"draws/{draw.pk}/entries", {"member": 1, "adult": True})
    stranger.refused(404, "not_found")
