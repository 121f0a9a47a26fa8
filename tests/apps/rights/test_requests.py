"""Requests about personal data (R292, L37, L58), restriction, and minors (L40)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hefu.apps.audit.models import Entry
from hefu.apps.audit.services import deed
from hefu.apps.campaigns.services.draws.ending import _tell
from hefu.apps.members import services as members
from hefu.apps.members.ages import Matter, check_age
from hefu.apps.members.errors import GuardianNeeded, RequestMoved, TooYoung, WrongCode
from hefu.apps.members.models import Age, DataExport, DataRequest
from hefu.apps.members.own import own_requests_for, requests_for
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import consenting_members, has_consent
from hefu.apps.members.services import requests, restricting
from hefu.apps.members.services.copies import ask_copy_for
from hefu.apps.members.services.requests import Asked
from hefu.apps.members.services.standing import give_birthday, put_in_segment, set_level
from hefu.apps.members.standing import standing_of
from hefu.apps.notices.models import Message
from hefu.apps.notices.services import queue_message
from hefu.core.clocks.terms import due_day, term_named
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.campaigns.draw_rows import DURING, Fair
from tests.apps.rights.life import Life, newest_code
from tests.factories import NOW, an_actor

pytestmark = pytest.mark.django_db
ASKED = Asked(
    kind="correct", channel="mail", asker="Wang, wang@example.com", words="my name is wrong",
    received_on=NOW.date(),
)  # fmt: skip
MINUTE = timedelta(minutes=1)


@pytest.fixture
def life():
    return Life()


@pytest.fixture
def agent(life):
    return an_actor(life.brand, Role.SERVICE_AGENT)


def test_L37_fifteen_working_days_and_L58_a_month():
    """15 working days after Friday 2026-11-20 counted on a calendar; a month by the Civil Code."""
    china, union = term_named("CN", on=NOW.date()), term_named("EU", on=NOW.date())
    assert due_day(china, received=date(2026, 11, 20)) == date(2026, 12, 11)
    assert due_day(china, received=date(2026, 11, 22)) == date(2026, 12, 11)
    assert due_day(union, received=date(2027, 1, 31)) == date(2027, 2, 28)
    assert due_day(union, received=date(2027, 1, 31), extended=True) == date(2027, 4, 30)
    with pytest.raises(ValueError, match="no longer term"):
        due_day(china, received=date(2026, 11, 20), extended=True)


def test_R292_a_request_from_its_entry_to_its_answer(life, agent):
    row = requests.enter_request(agent, asked=ASKED, now=NOW)
    assert (row.state, row.due_on) == ("open", date(2026, 12, 11))
    with pytest.raises(RequestMoved):
        requests.answer_request(agent, request=row, answer="done", now=NOW)

    requests.check_identity(
        agent, request=row, identity="called back", member_id=life.member.pk, now=NOW
    )
    requests.answer_request(agent, request=row, answer="We corrected it.", now=NOW + MINUTE)

    row.refresh_from_db()
    assert (row.state, row.answered_at) == ("done", NOW + MINUTE)
    assert [one.answer for one in own_requests_for(life.me)] == ["We corrected it."]
    assert Message.objects.filter(template="request_answered", member_id=life.member.pk).exists()
    with pytest.raises(RequestMoved):
        requests.answer_request(agent, request=row, answer="again", now=NOW)
    entries = Entry.objects.filter(action__startswith="members.request_")
    assert len(entries) == 3
    assert not any("Wang" in str(entry.data) for entry in entries)


def test_a_refusal_needs_words_and_a_rule(agent):
    row = requests.enter_request(agent, asked=ASKED, now=NOW)
    with pytest.raises(Invalid):
        requests.answer_request(agent, request=row, answer=" ", refused_by="L16", now=NOW)
    with pytest.raises(Invalid):
        requests.answer_request(agent, request=row, answer="no", refused_by="L99", now=NOW)

    requests.answer_request(agent, request=row, answer="no", refused_by="L16", now=NOW)

    row.refresh_from_db()
    assert (row.state, row.rule) == ("refused", "L16")


def test_only_a_rule_that_knows_it_takes_longer(agent):
    ours = requests.enter_request(agent, asked=ASKED, now=NOW)
    with pytest.raises(Invalid):
        requests.extend_request(agent, request=ours, because="much", now=NOW)
    theirs = requests.enter_request(agent, asked=replace(ASKED, term="EU"), now=NOW)
    requests.extend_request(agent, request=theirs, because="much", now=NOW)
    with pytest.raises(RequestMoved):
        requests.extend_request(agent, request=theirs, because="much", now=NOW)
    theirs.refresh_from_db()
    assert theirs.due_on == date(2027, 2, 22)


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"kind": "steal"}, "kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"term": "XX"}, "term"),
        ({"asker": " "}, "asker"),
        ({"words": "x" * 2001}, "words"),
        ({"received_on": NOW.date() + timedelta(days=2)}, "received_on"),
    ],
)
def test_what_cannot_be_entered_is_named(agent, about, field):
    with pytest.raises(Invalid) as refusal:
        requests.enter_request(agent, asked=replace(ASKED, **about), now=NOW)
    assert refusal.value.details["field"] == field
    assert not DataRequest.objects.exists()


def test_who_may_handle_requests_and_whose(life, agent):
    row = requests.enter_request(agent, asked=ASKED, now=NOW)
    for role in (Role.AUDITOR, Role.ANALYST, Role.CAMPAIGN_MANAGER):
        with pytest.raises(NotAllowed):
            requests_for(an_actor(life.brand, role))
    stranger = an_actor(Life().brand, Role.BRAND_ADMIN)
    assert not requests_for(stranger).exists()
    with pytest.raises(NotFound):
        requests.answer_request(stranger, request=row, answer="x", refused_by="L37", now=NOW)
    with pytest.raises(NotFound):
        requests.check_identity(
            agent, request=row, identity="x", member_id=Life().member.pk, now=NOW
        )
    with pytest.raises(NotFound):
        ask_copy_for(stranger, member_id=life.member.pk, now=NOW)
    assert ask_copy_for(agent, member_id=life.member.pk, now=NOW).state == DataExport.State.MAKING


def test_L37_a_restricted_member_is_neither_messaged_nor_profiled(life, agent):
    pk = life.member.pk
    members.answer_consent(
        life.me, purpose=Purpose.MARKETING, given=True, version=1, language="en", now=NOW
    )
    set_level(life.boss, member_id=pk, level="gold", now=NOW)
    give_birthday(life.me, birthday="05-01", agreed_to="yes", now=NOW)
    put_in_segment(life.boss, segment="vip", members=[pk], now=NOW)
    fair = Fair(life.brand)
    draw = fair.draft()

    restricting.restrict(agent, member_id=pk, restricted=True, now=NOW)

    asked = {"brand_id": life.brand.pk, "member_id": pk}
    assert not has_consent(**asked, purpose=Purpose.MARKETING)
    ours = consenting_members(brand_id=life.brand.pk, member_ids=[pk], purpose=Purpose.MARKETING)
    assert ours == {}
    facts = standing_of(**asked)
    assert (facts.level, facts.birthday, facts.segments) == ("", None, frozenset())
    assert put_in_segment(life.boss, segment="new", members=[pk], now=NOW) == 0
    life.member.refresh_from_db()
    _told(draw, life)
    withheld = Message.objects.get(template="prize_won")
    assert (withheld.state, withheld.error, withheld.address, withheld.body) == (
        "failed", "silenced", "", "",
    )  # fmt: skip
    needed = queue_message(
        life.me, channel="inbox", address="", address_key="", template="address_changed",
        language="en", context={}, now=NOW, member_id=pk,
    )  # fmt: skip
    assert needed.state == "sent"

    restricting.restrict(life.me, member_id=pk, restricted=False, now=NOW)
    assert has_consent(**asked, purpose=Purpose.MARKETING)
    assert standing_of(**asked).level == "gold"


def _told(draw, life):
    """Tell the member of a prize, as the end of a draw does."""
    with deed():
        _tell(draw, life.member, draw.prizes.first(), NOW + timedelta(days=3), now=NOW)


@pytest.mark.parametrize(("year", "age"), [(2008, 17), (2007, 18), (2012, 13), (2011, 14)])
def test_L40_a_year_alone_counts_the_younger_age(life, year, age):
    """In 2026 who was born in 2008 may still be 17 until the year is over."""
    members.say_year(life.me, year=year, now=NOW)

    if age < 18:
        with pytest.raises(TooYoung):
            check_age(life.member.pk, Matter.DRAW, now=NOW)
    else:
        check_age(life.member.pk, Matter.DRAW, now=NOW)
    if age < 14:
        with pytest.raises(GuardianNeeded):
            check_age(life.member.pk, Matter.PURCHASE, now=NOW)
    else:
        check_age(life.member.pk, Matter.PURCHASE, now=NOW)


def test_L40_a_ticked_box_does_not_make_a_minor_18(life):
    fair = Fair(life.brand)
    draw = fair.published()
    members.say_year(life.me, year=2010, now=NOW)

    with pytest.raises(TooYoung):
        fair.enter(draw, life.me, at=DURING)

    draw.refresh_from_db()
    assert draw.entered == 0


def test_L40_a_guardian_agrees_by_an_address_of_their_own(life):
    members.say_year(life.me, year=2016, now=NOW)
    members.request_guardian(
        life.me, address="mother@example.com", client="c", language="en", now=NOW
    )
    code = newest_code()
    with pytest.raises(WrongCode):
        members.change_address(life.me, address="mother@example.com", code=code, now=NOW)

    members.take_guardian(
        life.me, address="mother@example.com", code=code, agreed_to="the text", now=NOW
    )

    check_age(life.member.pk, Matter.PURCHASE, now=NOW)
    age = Age.objects.get()
    assert (age.guardian, age.guardian_text) == ("mother@example.com", "the text")
    with pytest.raises(TooYoung):
        check_age(life.member.pk, Matter.DRAW, now=NOW)
