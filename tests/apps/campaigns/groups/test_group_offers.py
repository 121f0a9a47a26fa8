"""Offers: nobody launches one alone, and what is signed is what was read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hefu.apps.accounts.errors import SamePerson
from hefu.apps.campaigns.errors.flash import NotInFavour
from hefu.apps.campaigns.errors.groups import OfferMoved, OfferNotOpen
from hefu.apps.campaigns.models import OfferState
from hefu.apps.campaigns.selectors.groups import newest_version, offer_by_code, terms_of
from hefu.apps.campaigns.services import group_offers as service
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.campaigns.groups.rows import TERMS, Deal, later
from tests.factories import NOW, a_brand, an_actor

pytestmark = pytest.mark.django_db
SOON = replace(TERMS, starts_at=later(days=1))


def written(deal, terms=SOON, code="second"):
    return service.create_offer(
        deal.writer, campaign=deal.campaign, code=code, terms=terms, now=NOW
    )


def submitted(deal, terms):
    service.submit_offer(deal.writer, offer=written(deal, terms), now=NOW)


def rewrite(deal, offer, **changed):
    seen = newest_version(offer).content_hash
    terms = replace(terms_of(offer), **changed)
    return service.write_offer(deal.writer, offer=offer, terms=terms, seen=seen, now=NOW)


def test_R250_an_offer_is_signed_by_a_second_person_and_bound_to_what_was_read():
    deal = Deal()
    admin = an_actor(deal.brand, Role.BRAND_ADMIN)
    offer = service.create_offer(admin, campaign=deal.campaign, code="second", terms=SOON, now=NOW)
    with pytest.raises(NotFound):  # nobody was asked
        service.approve_offer(deal.approver, offer=offer, now=NOW)
    service.submit_offer(admin, offer=offer, now=NOW)
    with pytest.raises(SamePerson):
        service.approve_offer(admin, offer=offer, now=NOW)
    with pytest.raises(NotAllowed):
        service.approve_offer(deal.writer, offer=offer, now=NOW)
    rewrite(deal, offer, price=18900)
    with pytest.raises(NotFound):  # it says something else now: asked anew first
        service.approve_offer(deal.approver, offer=offer, now=NOW)

    service.submit_offer(deal.writer, offer=offer, now=NOW)
    signed = service.approve_offer(deal.approver, offer=offer, now=NOW)

    assert (signed.state, signed.left, terms_of(signed).price) == (OfferState.LIVE, 30, 18900)


def test_a_refused_wording_is_a_draft_again_and_is_not_public():
    deal = Deal()
    offer = written(deal)
    service.submit_offer(deal.writer, offer=offer, now=NOW)
    with pytest.raises(Invalid):
        service.refuse_offer(deal.approver, offer=offer, note=" ", now=NOW)
    service.refuse_offer(deal.approver, offer=offer, note="too cheap", now=NOW)

    with pytest.raises(NotFound):
        offer_by_code(deal.buyer(), offer.code)
    rewrite(deal, offer, price=24900)
    service.submit_offer(deal.writer, offer=offer, now=NOW)
    service.approve_offer(deal.approver, offer=offer, now=NOW)
    assert offer_by_code(deal.buyer(), offer.code).pk == offer.pk


def test_before_the_start_all_may_change_afterwards_only_for_the_better():
    deal = Deal()
    with pytest.raises(NotInFavour) as worse:
        rewrite(deal, deal.offer, price=20900)
    assert worse.value.details == {"field": "price"}
    offer = written(deal)
    service.submit_offer(deal.writer, offer=offer, now=NOW)
    offer = service.approve_offer(deal.approver, offer=offer, now=NOW)
    rewrite(deal, offer, price=20900, size=5)
    service.submit_offer(deal.writer, offer=offer, now=NOW)

    with pytest.raises(NotInFavour):  # it began while the second person thought about it
        service.approve_offer(deal.approver, offer=offer, now=later(days=1))

    offer.refresh_from_db()
    assert terms_of(offer).price == 19900


def test_a_group_keeps_the_price_with_which_it_was_opened():
    deal = Deal()
    group, _ = deal.open()
    rewrite(deal, deal.offer, price=15900)
    service.submit_offer(deal.writer, offer=deal.offer, now=NOW)
    service.approve_offer(deal.approver, offer=deal.offer, now=NOW)

    assert deal.join(group).total == 19900
    assert deal.open()[1].total == 15900


def test_two_writers_a_stop_and_strangers():
    deal = Deal()
    seen = newest_version(deal.offer).content_hash
    rewrite(deal, deal.offer, price=18900)
    with pytest.raises(OfferMoved):
        service.write_offer(
            deal.writer, offer=deal.offer, terms=replace(TERMS, price=17900), seen=seen, now=NOW
        )
    stranger = an_actor(a_brand(), Role.CAMPAIGN_MANAGER)
    for deed in (service.submit_offer, service.approve_offer):
        with pytest.raises((NotFound, NotAllowed)):
            deed(stranger, offer=deal.offer, now=NOW)
    service.stop_offer(deal.writer, offer=deal.offer, why="enough", now=NOW)
    with pytest.raises(OfferNotOpen):
        rewrite(deal, deal.offer, price=16900)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sku": "NOTHING"}, "sku"),
        ({"price": 29900}, "price"),
        ({"currency": "EUR"}, "currency"),
        ({"ends_at": NOW - timedelta(days=1), "starts_at": NOW - timedelta(days=2)}, "ends_at"),
    ],
)
def test_terms_that_cannot_stand(changed, field):
    deal = Deal()
    with pytest.raises(Invalid) as refused:
        submitted(deal, replace(SOON, **changed))
    assert refused.value.details["field"] == field
