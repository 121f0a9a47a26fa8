"""People, second factors, approvals and keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hefu.apps.accounts import selectors, services
from hefu.apps.accounts.errors import AlreadyDecided, ContentChanged, SamePerson, WrongCode
from hefu.apps.accounts.models import Approval, User
from hefu.apps.audit.models import Entry
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import PERMISSIONS, Permission, Role
from tests.factories import NOW, PASSWORD, a_brand, a_partner, a_person, an_actor, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return a_brand()


def asked(brand, by, content="hash-1"):
    return services.ask_approval(
        by, kind="tests.deed", subject=brand, content_hash=content, summary={}, now=NOW
    )


def test_two_brands_cannot_share_a_short_name():
    a_brand("same")
    with pytest.raises(Invalid) as caught:
        a_brand("same")
    assert caught.value.details["field"] == "slug"


def test_a_partner_role_needs_a_partner_and_only_that(brand):
    with pytest.raises(Invalid):
        a_person(brand, Role.DISTRIBUTOR)
    with pytest.raises(Invalid):
        a_person(brand, Role.ANALYST, a_partner(brand))
    with pytest.raises(NotFound):
        a_person(brand, Role.DISTRIBUTOR, a_partner(a_brand()))


def test_the_auditor_changes_nothing():
    deeds = {p for p in Permission if p.value.rpartition(":")[2] != "view"}
    assert not PERMISSIONS[Role.AUDITOR] & deeds
    assert Permission.AUDIT_VIEW in PERMISSIONS[Role.AUDITOR]
    assert Permission.MEMBER_UNMASK not in PERMISSIONS[Role.AUDITOR]


def test_a_second_person_approves_what_was_asked_for(brand):
    admin, approver = an_actor(brand, Role.BRAND_ADMIN), an_actor(brand, Role.APPROVER)
    approval = asked(brand, admin)

    with pytest.raises(SamePerson):
        services.decide(admin, approval=approval, grant=True, content_hash="hash-1", now=NOW)
    with pytest.raises(ContentChanged):
        services.decide(approver, approval=approval, grant=True, content_hash="hash-2", now=NOW)
    with pytest.raises(NotAllowed):
        services.decide(
            an_actor(brand, Role.ANALYST),
            approval=approval,
            grant=True,
            content_hash="hash-1",
            now=NOW,
        )
    with pytest.raises(NotFound):
        services.decide(
            an_actor(a_brand(), Role.APPROVER), approval=approval, grant=True,
            content_hash="hash-1", now=NOW,
        )  # fmt: skip
    assert Approval.objects.get().decision == "open"

    services.decide(approver, approval=approval, grant=True, content_hash="hash-1", now=NOW)
    with pytest.raises(AlreadyDecided):
        services.decide(approver, approval=approval, grant=False, content_hash="hash-1", now=NOW)


def test_the_database_itself_refuses_one_person_as_two(brand):
    approval = asked(brand, an_actor(brand, Role.BRAND_ADMIN))
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(decided_by_id=approval.asked_by_id)


@pytest.mark.django_db(transaction=True)
def test_of_many_approvers_one_decides(brand):
    approval = asked(brand, an_actor(brand, Role.BRAND_ADMIN))
    approvers = [an_actor(brand, Role.APPROVER) for _ in range(8)]

    def decide(actor):
        try:
            services.decide(
                actor, approval=Approval.objects.get(), grant=True, content_hash="hash-1", now=NOW
            )
        except AlreadyDecided:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, approvers)) == 1
    assert approval.pk
    assert Entry.objects.filter(action="accounts.approval_decided").count() == 1


def test_totp_accepts_each_password_once_and_a_step_of_drift(brand):
    actor = an_actor(brand, Role.BRAND_ADMIN)
    generator = services.totp_of(services.begin_totp(actor, now=NOW))
    stored = (
        User.objects.filter(pk=actor.user_id).extra(select={"raw": "totp_secret"}).values("raw")
    )
    assert generator.generate(0).isdigit()
    assert stored.get()["raw"].startswith("s1.")  # not readable in a dump

    def password(at):
        return generator.generate(int(at.timestamp())).decode()

    services.check_totp(actor, code=password(NOW), now=NOW)
    for wrong in (password(NOW), "000000", "", password(NOW + timedelta(minutes=5))):
        with pytest.raises(WrongCode):
            services.check_totp(actor, code=wrong, now=NOW)
    services.check_totp(actor, code=password(NOW + timedelta(seconds=30)), now=NOW)


def test_totp_generates_what_RFC_6238_says():
    # RFC 6238, appendix B, SHA-1, T = 59 s and 1111111109 s; last six of the eight digits
    secret = b"12345678901234567890".hex()
    assert services.totp_of(secret).generate(59) == b"287082"
    assert services.totp_of(secret).generate(1111111109) == b"081804"


def test_an_api_key_opens_only_its_scopes_until_it_is_revoked(brand):
    admin = an_actor(brand, Role.BRAND_ADMIN)
    key, secret = services.issue_api_key(
        admin, name="shop", scopes=[Permission.PRODUCT_VIEW], now=NOW
    )

    actor = selectors.actor_of_key(secret)
    assert actor.brand_id == brand.pk
    assert actor.may(Permission.PRODUCT_VIEW)
    assert not actor.may(Permission.PRODUCT_EDIT)
    assert selectors.actor_of_key(secret[:-1]) is None
    assert selectors.actor_of_key("") is None
    assert secret.split("_", 2)[2] not in str(key.__dict__)

    services.revoke_api_key(admin, key=key, now=NOW)
    assert selectors.actor_of_key(secret) is None


def test_nobody_hands_out_more_than_they_have(brand):
    with pytest.raises(NotAllowed):
        services.issue_api_key(
            an_actor(brand, Role.ANALYST), name="x", scopes=[Permission.PRODUCT_VIEW], now=NOW
        )


@pytest.mark.parametrize("others", [1, 3])
def test_people_of_another_brand_do_not_exist(brand, others, django_assert_num_queries):
    for _ in range(others):
        a_person(a_brand(), Role.ANALYST)
    admin = an_actor(brand, Role.BRAND_ADMIN)

    with django_assert_num_queries(1):
        assert [p.pk for p in selectors.people_for(admin)] == [admin.user_id]


def test_a_dump_shows_no_password(brand):
    person = a_person(brand, Role.ANALYST)
    assert PASSWORD not in str(User.objects.values().get(pk=person.pk))
    assert operator(brand).may(Permission.PEOPLE_MANAGE)
