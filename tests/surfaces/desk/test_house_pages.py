"""The house's pages of the desk: who may open them, what lists show, what forms do."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hefu.apps.accounts.models import ApiKey, Organisation, User
from hefu.apps.accounts.selectors import actor_of_key
from hefu.apps.audit.models import ChainHead, Entry
from hefu.apps.ledger.models import Budget
from hefu.apps.members import services as members
from hefu.apps.members.models import Member
from hefu.apps.network.models import Channel
from hefu.core.actor import system
from hefu.core.permissions import PERMISSIONS, Permission, Role
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, a_partner, a_person, an_actor, operator
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db

#: Every list of the house, what it needs, and what is on its page.
PAGES = {
    "code": Permission.CODE_VIEW,
    "activations": Permission.ACTIVATION_VIEW,
    "funnel": Permission.ACTIVATION_VIEW,
    "appeals": Permission.ACTIVATION_MANAGE,
    "members": Permission.MEMBER_VIEW,
    "coins": Permission.LEDGER_VIEW,
    "coins_history": Permission.LEDGER_VIEW,
    "budgets": Permission.LEDGER_VIEW,
    "budget_new": Permission.BUDGET_MANAGE,
    "shortfalls": Permission.LEDGER_VIEW,
    "coins_book": Permission.LEDGER_VIEW,
    "channels": Permission.CHANNEL_VIEW,
    "channel_new": Permission.CHANNEL_MANAGE,
    "partners": Permission.CHANNEL_VIEW,
    "partner_new": Permission.PEOPLE_MANAGE,
    "people": Permission.PEOPLE_MANAGE,
    "invite": Permission.PEOPLE_MANAGE,
    "api_keys": Permission.API_KEY_MANAGE,
    "api_key_new": Permission.API_KEY_MANAGE,
    "audit": Permission.AUDIT_VIEW,
    "audit_health": Permission.AUDIT_VIEW,
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def brand(db):
    return a_brand()


@pytest.fixture
def admin(brand):
    return signed_in(an_actor(brand, Role.BRAND_ADMIN))


def as_role(brand, role):
    partner = a_partner(brand, role.value) if role.value in Organisation.Kind.values else None
    return signed_in(an_actor(brand, role, partner))


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_for_those_who_may_and_for_nobody_else(brand, role):
    browser = as_role(brand, role)
    for name, needed in PAGES.items():
        status = browser.get(reverse(f"desk:{name}")).status_code
        assert status == (200 if needed in PERMISSIONS[role] else 403), (role, name)


def test_strangers_are_sent_to_sign_in(client):
    for name in PAGES:
        answer = client.get(reverse(f"desk:{name}"))
        assert answer.status_code == 302, name
        assert reverse("desk:login") in answer["location"]


def more_of_everything(goods, number):
    """A further row in every list."""
    brand, now = goods.brand, NOW
    boss = system("tests", brand_id=brand.pk)
    members.vouch(boss, addresses=[f"+86139{number:08d}"], now=now)
    a_partner(brand)
    Channel.objects.create(brand=brand, code=f"c{number}", name=f"c{number}", kind="other")
    Budget.objects.create(brand=brand, name=f"b{number}", limit=9, created_at=now)
    a_person(brand, Role.ANALYST)
    ApiKey.objects.create(brand=brand, name="k", prefix=f"p{number}", created_at=now)
    goods.activated(number)


class Shop(Goods):
    """Goods that members activate through a service."""

    def activated(self, serial):
        from hefu.apps.identity.services.activation import ActivationWish, activate

        owner = self.consumer()
        wish = ActivationWish(
            key=f"k{serial}", code=self.code(serial), member_id=owner.member_id,
        )  # fmt: skip
        return activate(owner, wish=wish, now=NOW), owner


LISTS = [
    "activations", "funnel", "members", "coins", "coins_history", "budgets", "shortfalls",
    "channels", "partners", "people", "api_keys", "audit",
]  # fmt: skip
EMPTY = {"funnel", "shortfalls"}  # in this little world


def test_lists_ask_the_database_as_often_for_three_rows_as_for_one():
    shop = Shop()
    more_of_everything(shop, 1)
    browser = signed_in(an_actor(shop.brand, Role.BRAND_ADMIN))
    for name in LISTS:
        browser.get(reverse(f"desk:{name}"))  # what a process reads once
    counts = []
    for number in (1, 3):
        counts.append({name: queries(browser, name) for name in LISTS})
        if number == 1:
            more_of_everything(shop, 2)
            more_of_everything(shop, 3)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 16


def queries(browser, name):
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(reverse(f"desk:{name}")).status_code == 200
    return len(caught)


#: The members leave only with a second person's yes: tried in test_data_requests.py.
@pytest.mark.parametrize("name", [name for name in LISTS if name != "members"])
def test_every_list_is_exported_as_it_is_shown(name):
    shop = Shop()
    more_of_everything(shop, 1)
    browser = signed_in(an_actor(shop.brand, Role.BRAND_ADMIN))
    answer = browser.get(reverse(f"desk:{name}"), {"export": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(lines) >= (1 if name in EMPTY else 2)
    assert len(lines[0]) >= 3
    sheet = browser.get(reverse(f"desk:{name}"), {"export": "xlsx"})
    assert b"".join(sheet.streaming_content)[:2] == b"PK"
    assert "attachment" in sheet["Content-Disposition"]


def test_members_are_found_by_their_whole_phone_and_stay_masked():
    shop = Shop()
    member = shop.member()
    Member.objects.filter(pk=member.pk).delete()
    (known,) = members.vouch(operator(shop.brand), addresses=["13800138000"], now=NOW)
    members.vouch(operator(shop.brand), addresses=["13900139000"], now=NOW)
    browser = signed_in(an_actor(shop.brand, Role.SERVICE_AGENT))
    page = browser.get(reverse("desk:members"), {"q": "138 0013 8000"})
    assert f"desk/members/{known.pk}/" in page.content.decode()
    assert page.content.decode().count("<tr") == 2  # the head and one row
    assert "13800138000" not in text_of(page).replace("138 0013 8000", "")
    assert "no mobile number" in text_of(browser.get(reverse("desk:members"), {"q": "12"}))
    gone = text_of(browser.get(reverse("desk:members"), {"q": "+8613700000000"}))
    assert "Nothing fits" in gone


def test_a_phone_is_shown_in_full_only_for_a_reason_and_the_look_is_noted(brand):
    (member,) = members.vouch(operator(brand), addresses=["13800138000"], now=NOW)
    agent = as_role(brand, Role.SERVICE_AGENT)
    address = reverse("desk:member_unmask", args=[member.pk])
    assert agent.post(address, {}).status_code == 422
    assert not Entry.objects.filter(action="members.member_unmasked").exists()
    seen = agent.post(address, {"reason": "repair_visit"})
    assert "+8613800138000" in text_of(seen)
    assert seen["Cache-Control"] == "no-store"
    entry = Entry.objects.get(action="members.member_unmasked")
    assert entry.data == {"reason": "repair_visit"}
    assert "13800138000" not in text_of(agent.get(reverse("desk:member", args=[member.pk])))
    for role in (Role.AUDITOR, Role.ANALYST):
        refused = as_role(brand, role).post(address, {"reason": "repair_visit"})
        assert refused.status_code == 403
        assert "13800138000" not in text_of(refused)


def test_a_member_of_another_brand_does_not_exist(admin):
    other = a_brand()
    (member,) = members.vouch(operator(other), addresses=["13800138000"], now=NOW)
    assert admin.get(reverse("desk:member", args=[member.pk])).status_code == 404
    found = admin.get(reverse("desk:members"), {"q": "13800138000"})
    assert f"members/{member.pk}/" not in found.content.decode()


def test_R134_a_budget_is_opened_and_raised_but_not_cut_below_what_was_given(brand):
    sales = as_role(brand, Role.SALES_MANAGER)
    opened = sales.post(reverse("desk:budget_new"), {"name": "Spring", "limit": "1,000"})
    assert opened.status_code == 302
    budget = Budget.objects.get()
    assert (budget.limit, budget.per_person) == (1000, None)
    Budget.objects.filter(pk=budget.pk).update(used=600)
    address = reverse("desk:budget", args=[budget.pk])
    cut = sales.post(address, {"limit": "500", "per_person": ""})
    assert cut.status_code == 422
    assert "given away already" in text_of(cut)
    assert sales.post(address, {"limit": "2000", "per_person": "50"}).status_code == 302
    budget.refresh_from_db()
    assert (budget.limit, budget.per_person) == (2000, 50)
    again = sales.post(reverse("desk:budget_new"), {"name": "Spring", "limit": "1"})
    assert "taken already" in text_of(again)
    analyst = as_role(brand, Role.ANALYST)
    assert analyst.post(address, {"limit": "9"}).status_code == 403
    assert "Change the numbers" not in text_of(analyst.get(address))


def test_the_book_says_that_it_balances():
    shop = Shop()
    shop.activated(1)
    page = text_of(signed_in(an_actor(shop.brand, Role.AUDITOR)).get(reverse("desk:coins_book")))
    assert "The book balances" in page
    assert "Given out 10" in page


def test_channels_and_partners_are_added_and_a_taken_code_says_so(admin, brand):
    new = {"code": "JD", "name": "京东", "kind": "flagship", "region": "440000"}
    assert admin.post(reverse("desk:channel_new"), new).status_code == 302
    channel = Channel.objects.get(brand=brand)
    assert (channel.code, channel.region) == ("jd", "440000")
    again = admin.post(reverse("desk:channel_new"), new)
    assert again.status_code == 422
    assert "Is taken already" in text_of(again)
    long = admin.post(reverse("desk:channel_new"), {**new, "code": "way-too-long"})
    assert "1 to 8 letters or digits" in text_of(long)
    partner = {"kind": "retailer", "code": "R1", "name": "蓉城家电", "region": ""}
    assert admin.post(reverse("desk:partner_new"), partner).status_code == 302
    assert "蓉城家电" in text_of(admin.get(reverse("desk:partners")))


def test_a_partner_of_another_brand_cannot_be_chosen(admin):
    theirs = a_partner(a_brand())
    new = {"code": "x", "name": "x", "kind": "other", "organisation": theirs.pk}
    assert admin.post(reverse("desk:channel_new"), new).status_code == 422
    assert not Channel.objects.exists()


def test_an_invited_person_signs_in_with_the_password_shown_once(admin, brand, client):
    who = {"name": "Li", "email": "Li@Example.com", "role": "analyst"}
    shown = admin.post(reverse("desk:invite"), who)
    assert shown["Cache-Control"] == "no-store"
    password = re.search(r"<code>([0-9a-z-]{19})</code>", shown.content.decode())[1]
    user = User.objects.get(email="li@example.com")
    assert (user.brand, user.role) == (brand, "analyst")
    assert user.check_password(password)
    again = admin.post(reverse("desk:invite"), who)
    assert again.status_code == 422
    assert "Is taken already" in text_of(again)
    shop = {**who, "email": "x@example.com", "role": "retailer"}
    assert "Choose the partner" in text_of(admin.post(reverse("desk:invite"), shop))
    staff = {**shop, "role": "analyst", "organisation": a_partner(brand).pk}
    assert "for your own people" in text_of(admin.post(reverse("desk:invite"), staff))


def test_a_closed_log_in_is_out_at_once_and_may_come_back(admin, brand):
    person = a_person(brand, Role.ANALYST)
    theirs = signed_in(an_actor_of(person))
    address = reverse("desk:person_log_in", args=[person.pk])
    assert theirs.get(reverse("desk:channels")).status_code == 200
    admin.post(address, {"deed": "close"})
    assert theirs.get(reverse("desk:channels")).status_code == 302
    admin.post(address, {"deed": "close"})
    admin.post(address, {"deed": "open"})
    person.refresh_from_db()
    assert person.is_active
    actions = Entry.objects.filter(action__startswith="accounts.log_in_")
    assert [entry.action for entry in actions.order_by("seq")] == [
        "accounts.log_in_closed", "accounts.log_in_opened",
    ]  # fmt: skip


def an_actor_of(person):
    from hefu.apps.accounts.selectors import actor_of

    return actor_of(person, surface="tests")


def test_nobody_closes_their_own_log_in_nor_another_brands(brand):
    boss = an_actor(brand, Role.BRAND_ADMIN)
    browser = signed_in(boss)
    own = browser.post(reverse("desk:person_log_in", args=[boss.user_id]), {"deed": "close"})
    assert own.status_code == 403
    assert "another brand admin" in text_of(own)
    stranger = a_person(a_brand(), Role.ANALYST)
    for deed in ("close", "password"):
        address = reverse("desk:person_log_in", args=[stranger.pk])
        assert browser.post(address, {"deed": deed}).status_code == 404
    before = stranger.password
    stranger.refresh_from_db()
    assert (stranger.is_active, stranger.password) == (True, before)


def test_a_new_password_ends_the_old_one_and_may_forget_the_second_factor(admin, brand):
    person = a_person(brand, Role.ANALYST)
    User.objects.filter(pk=person.pk).update(totp_confirmed_at=NOW)
    theirs, address = (
        signed_in(an_actor_of(person)),
        reverse("desk:person_log_in", args=[person.pk]),
    )
    shown = admin.post(address, {"deed": "password"})
    password = re.search(r"<code>([0-9a-z-]{19})</code>", shown.content.decode())[1]
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.totp_confirmed_at
    assert theirs.get(reverse("desk:home")).status_code == 302
    admin.post(address, {"deed": "password", "forget_second_factor": "1"})
    person.refresh_from_db()
    assert person.totp_confirmed_at is None


def test_a_key_is_shown_once_works_and_stops_when_revoked(admin, brand):
    page = admin.post(
        reverse("desk:api_key_new"), {"name": "ERP", "scopes": ["identity:code:view"]}
    )
    secret = re.search(r"<code>(hefu_[^<]+)</code>", page.content.decode())[1]
    assert page["Cache-Control"] == "no-store"
    assert actor_of_key(secret).may(Permission.CODE_VIEW)
    assert not actor_of_key(secret).may(Permission.ORDER_VIEW)
    key = ApiKey.objects.get()
    address = reverse("desk:api_key", args=[key.pk])
    shown = admin.get(address).content.decode()
    assert secret not in shown
    assert "Check codes and read their story" in text_of(admin.get(address))
    assert admin.post(address).status_code == 302
    assert actor_of_key(secret) is None
    none = admin.post(reverse("desk:api_key_new"), {"name": "x"})
    assert "Choose at least one" in text_of(none)
    other = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    assert other.post(address).status_code == 404


def test_the_trail_is_told_in_words_and_narrowed(brand):
    Channel.objects.filter(brand=brand).delete()
    sales = as_role(brand, Role.SALES_MANAGER)
    sales.post(reverse("desk:channel_new"), {"code": "jd", "name": "x", "kind": "other"})
    auditor = as_role(brand, Role.AUDITOR)
    page = text_of(auditor.get(reverse("desk:audit")))
    assert "Channel jd was added. network.channel_added" in page
    assert "A person was invited as sales manager." in page
    only = auditor.get(reverse("desk:audit"), {"action": "network.channel_added"})
    assert only.content.decode().count("<tr") == 2
    nothing = text_of(auditor.get(reverse("desk:audit"), {"until": "2026-11-21"}))
    assert "No entry fits" in nothing
    today = auditor.get(reverse("desk:audit"), {"since": "2026-11-22", "by": "sales"})
    assert "Channel jd was added" in text_of(today)
    chinese = auditor.get(reverse("desk:audit"), headers={"Accept-Language": "zh-hans"})
    assert "network.channel_added" in text_of(chinese)


def test_a_changed_entry_breaks_the_chain_where_it_was_changed(brand):
    auditor = as_role(brand, Role.AUDITOR)
    assert "The chain is whole" in text_of(auditor.get(reverse("desk:audit_health")))
    entry = Entry.objects.filter(chain=brand.pk).order_by("seq").first()
    Entry.objects.filter(pk=entry.pk).update(actor="nobody")
    broken = text_of(auditor.get(reverse("desk:audit_health")))
    assert f"broken at entry {entry.seq}" in broken
    assert ChainHead.objects.filter(chain=brand.pk).exists()


def test_every_deed_of_the_code_has_words():
    """An action recorded anywhere in the house can be told in words."""
    import ast
    from pathlib import Path

    import hefu.apps
    from hefu.surfaces.desk.deeds import ACTIONS

    found = set()
    for path in Path(hefu.apps.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_record = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record"
            if is_record and len(node.args) > 1:
                found |= {c.value for c in ast.walk(node.args[1]) if isinstance(c, ast.Constant)}
    plain = {action for action in found if re.fullmatch(r"[a-z_]+\.[a-z_]*[a-z]", str(action))}
    assert len(plain) > 40
    assert plain - set(ACTIONS) == set(), "say these deeds in surfaces/desk/deeds.py"
