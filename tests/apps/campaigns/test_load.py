"""Evidence of load tests: what is kept, what it allows, and what a rehearsal leaves behind."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.flash import LoadUnproved
from hefu.apps.campaigns.models import FlashSale, LoadEvidence, Reservation
from hefu.apps.campaigns.selectors.flash import flash_sales_for, reservations_for
from hefu.apps.campaigns.selectors.load import load_evidence_for, report_file
from hefu.apps.campaigns.services import load
from hefu.apps.campaigns.services.flash import change_sale, create_sale, terms_of
from hefu.apps.campaigns.services.flash_reserving import ReserveWish, reserve
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.load import latencies_of
from hefu.core.permissions import Role
from tests.apps.campaigns.flash import TERMS
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db
SOON = replace(
    TERMS, starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=4),
    expected_people=5_001, expected_per_second=300,
)  # fmt: skip
REPORT = load.LoadReport(
    kind="flash", sale="", target="http://127.0.0.1:8000", clients=8, asked_per_second=0,
    duration_us=2_000_000, requests=610, good=600, answers={"200": 600, "503": 10},
    failures={"status 503": 10}, latencies=latencies_of(range(1, 601)), version="0 abc",
    machine={"processors": 2}, measured_at=NOW,
)  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def manager(db):
    return an_actor(a_brand(), Role.CAMPAIGN_MANAGER)


def attach(manager, *, sale=None, now=NOW, **about):
    report = replace(REPORT, measured_at=now, **about)
    return load.attach_evidence(manager, report=report, sale=sale, now=now)


def test_R225_a_large_crowd_is_announced_with_young_evidence_only(manager):
    with pytest.raises(LoadUnproved) as caught:
        create_sale(manager, terms=SOON, now=NOW)
    said = caught.value.details
    assert (said["people"], said["needed"], said["best"], said["days"]) == (5001, 300, 0, 30)
    assert said["command"] == f"uv run hefu loadtest --brand {manager_brand(manager)}"
    assert not FlashSale.objects.exists()

    attach(manager, now=NOW - timedelta(days=30))  # too old
    attach(manager, good=590, failures={"status 503": 20})  # 295 a second
    attach(manager, kind="pages")  # nobody reserved
    attach(an_actor(a_brand(), Role.CAMPAIGN_MANAGER))  # another house
    with pytest.raises(LoadUnproved) as caught:
        create_sale(manager, terms=SOON, now=NOW)
    assert caught.value.details["best"] == 295

    attach(manager)
    assert create_sale(manager, terms=SOON, now=NOW).expected_per_second == 300


def manager_brand(actor):
    from hefu.apps.accounts.models import Brand

    return Brand.objects.get(pk=actor.brand_id).slug


def test_R225_the_rule_is_at_its_edge_and_a_stated_crowd_states_its_peak(manager):
    small = replace(SOON, expected_people=5_000, expected_per_second=0)
    sale = create_sale(manager, terms=small, now=NOW)
    with pytest.raises(Invalid) as caught:
        create_sale(manager, terms=replace(SOON, code="b", expected_per_second=0), now=NOW)
    assert caught.value.details["field"] == "expected_per_second"

    def grow(now=NOW):
        seen = FlashSale.objects.get(pk=sale.pk).changed_at
        terms = replace(
            terms_of(FlashSale.objects.get(pk=sale.pk)),
            expected_people=6000, expected_per_second=300,
        )  # fmt: skip
        return change_sale(manager, sale_id=sale.pk, terms=terms, seen=seen, now=now)

    with pytest.raises(LoadUnproved) as refused:
        grow()
    assert str(refused.value.details["command"]).endswith("--sale double-eleven")
    other = create_sale(manager, terms=replace(small, code="other"), now=NOW)
    attach(manager, sale=other)  # rehearsed for another sale alone
    with pytest.raises(LoadUnproved):
        grow()
    attach(manager, sale=sale, good=601, failures={"status 503": 9})
    assert grow().expected_people == 6000
    # what was proved once is not asked for again: two months later a title may change
    later = NOW + timedelta(days=2)
    now = FlashSale.objects.get(pk=sale.pk)
    LoadEvidence.objects.all().update(measured_at=NOW - timedelta(days=90))
    terms = replace(terms_of(now), title="a better title")
    change_sale(manager, sale_id=sale.pk, terms=terms, seen=now.changed_at, now=later)


def test_R225_evidence_is_a_row_and_a_file_with_its_hash(manager):
    evidence = attach(manager)

    content = report_file(evidence).read_bytes()
    assert evidence.sha256 == sha256(content).hexdigest()
    told = json.loads(content)
    assert (told["answered_well_per_second"], told["errors"]) == (300, {"status 503": 10})
    assert (evidence.good, evidence.failed, evidence.good_per_second) == (600, 10, 300)
    assert (evidence.p50_us, evidence.p95_us, evidence.p99_us) == (300, 570, 594)
    entry = Entry.objects.get(action="campaigns.load_evidence_attached")
    assert entry.data["sha256"] == evidence.sha256


def test_what_proves_nothing_is_not_kept(manager, folder):
    for about, field in (
        ({"good": 0, "requests": 10}, "url"), ({"requests": 611}, "requests"),
        ({"kind": "words"}, "kind"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            attach(manager, **about)
        assert caught.value.details["field"] == field
    stranger = create_sale(
        an_actor(a_brand(), Role.CAMPAIGN_MANAGER),
        terms=replace(SOON, expected_people=0), now=NOW,
    )  # fmt: skip
    with pytest.raises(NotFound):
        attach(manager, sale=stranger)
    for actor in (an_actor(a_brand(), Role.APPROVER),):
        with pytest.raises(NotAllowed):
            attach(actor)
        with pytest.raises(NotAllowed):
            load.begin_rehearsal(actor, now=NOW)
    assert not LoadEvidence.objects.exists()
    assert not list(folder.rglob("*.json"))


def test_a_rehearsal_is_seen_by_nobody_sells_nothing_and_goes(manager):
    killed = load.begin_rehearsal(manager, now=NOW - timedelta(hours=2))
    sale = load.begin_rehearsal(manager, now=NOW)
    assert not FlashSale.objects.filter(pk=killed.pk).exists()  # its test had been killed
    buyer = consumer(brand_id=manager.brand_id or 0, member_id=-1)
    reserve(buyer, wish=ReserveWish(sale_id=sale.pk, member_id=-1), now=NOW)
    assert not flash_sales_for(manager).exists()
    assert not reservations_for(manager).exists()
    real = create_sale(manager, terms=replace(SOON, expected_people=0), now=NOW)
    for actor, what in ((manager, real), (an_actor(a_brand(), Role.CAMPAIGN_MANAGER), sale)):
        with pytest.raises(NotFound):
            load.end_rehearsal(actor, sale=what, now=NOW)

    assert load.end_rehearsal(manager, sale=sale, now=NOW) == 1

    assert FlashSale.objects.get() == real
    assert not Reservation.objects.exists()


def test_partners_and_other_brands_see_no_evidence(manager):
    attach(manager)
    brand = FlashSale._meta.get_field("brand").related_model.objects.get(pk=manager.brand_id)
    assert load_evidence_for(manager).count() == 1
    assert not load_evidence_for(an_actor(a_brand(), Role.CAMPAIGN_MANAGER)).exists()
    with pytest.raises(NotAllowed):
        load_evidence_for(an_actor(brand, Role.RETAILER, a_partner(brand, "retailer")))
