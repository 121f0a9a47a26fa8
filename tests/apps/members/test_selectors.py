"""Who sees which member, and how much of them."""

import pytest

from hefu.apps.audit.models import Entry
from hefu.apps.members import selectors, services
from hefu.apps.members.services import UnmaskReason
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.members.conftest import MAIL, PHONE, a_member, signed_in
from tests.factories import NOW, a_brand, a_partner, an_actor


@pytest.fixture
def member(guest):
    return a_member(guest)


def test_staff_see_a_masked_phone(brand, member):
    agent = an_actor(brand, Role.SERVICE_AGENT)

    (card,) = selectors.cards_for(agent, [member.pk]).values()

    assert (card.masked_phone, card.masked_email, card.masked) == (
        "138******00", "", "138******00",
    )  # fmt: skip
    assert PHONE not in repr(card)


@pytest.mark.parametrize("others", [1, 3])
def test_a_consumer_sees_only_themselves(guest, member, others, django_assert_num_queries):
    for number in range(others):
        a_member(guest, f"1390013900{number}")

    with django_assert_num_queries(1):
        assert list(selectors.members_for(signed_in(member))) == [member]


def test_the_other_brand_a_partner_and_a_visitor_see_nobody(brand, guest, member):
    shop = a_partner(brand, "retailer")
    strangers = {
        "other brand": an_actor(a_brand(), Role.BRAND_ADMIN),
        "partner": an_actor(brand, Role.RETAILER, shop),
        "visitor": guest,
    }
    for who, actor in strangers.items():
        assert not selectors.members_for(actor).exists(), who
        with pytest.raises(NotFound):
            selectors.member_by_id(actor, member.pk)
        with pytest.raises(NotFound):
            selectors.member_by_address(actor, PHONE)


def test_a_role_that_never_deals_with_members_is_refused(brand, member):
    with pytest.raises(NotAllowed):
        selectors.members_for(an_actor(brand, Role.PRODUCT_SPECIALIST))


@pytest.mark.parametrize("typed", [PHONE, "+86 138 0013 8000"])
def test_staff_find_a_member_by_the_phone_he_tells(brand, member, typed):
    assert selectors.member_by_address(an_actor(brand, Role.SERVICE_AGENT), typed) == member


def test_a_phone_nobody_proved_is_not_found(brand, member):
    with pytest.raises(NotFound):
        selectors.member_by_address(an_actor(brand, Role.SERVICE_AGENT), MAIL)


def test_R292_every_unmasking_leaves_who_and_why_in_the_trail(brand, member):
    agent = an_actor(brand, Role.SERVICE_AGENT)

    shown = services.unmask(agent, member_id=member.pk, reason=UnmaskReason.CALL_BACK, now=NOW)

    assert shown.phone == "+8613800138000"
    entry = Entry.objects.get(action="members.member_unmasked")
    assert (entry.user_id, entry.subject, entry.data) == (
        agent.user_id, f"members.member:{member.pk}", {"reason": "call_back"},
    )  # fmt: skip


def test_an_auditor_and_another_brands_agent_unmask_nobody(brand, member):
    with pytest.raises(NotAllowed):
        services.unmask(
            an_actor(brand, Role.AUDITOR), member_id=member.pk, reason=UnmaskReason.LAW, now=NOW
        )
    with pytest.raises(NotFound):
        services.unmask(
            an_actor(a_brand(), Role.SERVICE_AGENT), member_id=member.pk,
            reason=UnmaskReason.LAW, now=NOW,
        )  # fmt: skip
    assert not Entry.objects.filter(action="members.member_unmasked").exists()
