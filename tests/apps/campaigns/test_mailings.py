"""Marketing messages: asked anew before each send, held at night, refused by one press."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection, transaction

from hefu.apps.accounts.errors import ContentChanged, SamePerson
from hefu.apps.accounts.models import Brand
from hefu.apps.audit import jobs
from hefu.apps.audit.models import Job
from hefu.apps.campaigns.errors.mailings import MailingMoved
from hefu.apps.campaigns.models import (
    Mailing,
    MailingCount,
    MailingLimit,
    MailingRules,
    MailingSend,
    MarketingChoice,
)
from hefu.apps.campaigns.selectors import mailings as selectors
from hefu.apps.campaigns.selectors.audiences import Audience
from hefu.apps.campaigns.services import mailing_data, mailing_sending, mailings, refusals
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.members.models import Age, Consent, Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import visitor
from hefu.apps.members.services import withdraw
from hefu.apps.members.services.vouching import vouch
from hefu.apps.notices.adapters import MailAdapter, Outgoing
from hefu.apps.notices.events import MessageExpired
from hefu.apps.notices.models import Message
from hefu.apps.notices.selectors import inbox_for
from hefu.apps.notices.services import silence
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.mailings import Channel, QuietHours, Sender, Words, check_words, held_until, written
from hefu.core.permissions import Role
from hefu.core.personal import Person
from tests.apps.campaigns.mail_rows import TEXTS, a_draft, agree, approved, readers, ready, work
from tests.apps.campaigns.promoting import a_house
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)  # a Monday
NIGHT = datetime(2026, 11, 23, 22, tzinfo=SHANGHAI)
MORNING = datetime(2026, 11, 24, 8, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def own_wiring(settings):
    settings.HEFU_JOBS = "tests.apps.campaigns.mail_rows.JOBS"
    settings.HEFU_REACTIONS = "tests.apps.campaigns.mail_rows.REACTIONS"


@pytest.fixture
def house():
    house = a_house()
    ready(house.brand)
    return house


@pytest.fixture
def campaign(house):
    return open_campaign(house.writer, slug="double-12", title="双12", now=NOW)


def told(member):
    return Message.objects.filter(member_id=member.pk, template="marketing")


def figures(mailing, now=NINE):
    return selectors.figures_of(mailing, now=now)


def stop(house, member, *, channel="email", now=NINE):
    token = selectors.token_of(brand_id=house.brand.pk, member_id=member.pk, channel=channel)
    guest = visitor(house.brand.pk, surface="consumer")
    return refusals.refuse_by_link(guest, token=token, one_click=False, now=now)


def test_R174_who_refused_by_the_link_is_skipped_also_under_another_name(house, campaign):
    li, wang = readers(house.brand, "li", "wang")
    approved(house, campaign)
    work(NINE)
    assert told(li).count() == told(wang).count() == 1

    stop(house, li)
    renamed = approved(house, campaign, title="完全不同的名字", now=NINE + timedelta(minutes=1))
    work(NINE + timedelta(minutes=2))

    assert told(li).count() == 1
    assert told(wang).count() == 2
    assert figures(renamed).skipped == {"unsubscribed": 1}
    assert not MailingSend.objects.filter(mailing=renamed, member_id=li.pk).exists()


def test_R358_a_send_at_22_is_held_to_the_morning_and_sent_then(house, campaign):
    (li,) = readers(house.brand, "li")
    mailing = approved(house, campaign, planned_at=NIGHT)
    work(NIGHT - timedelta(minutes=1))
    assert not MailingSend.objects.filter(mailing=mailing).exists()

    work(NIGHT)
    assert not told(li).exists()
    assert figures(mailing, now=NIGHT).held == 1
    work(MORNING - timedelta(seconds=1))
    assert not told(li).exists()

    work(MORNING)
    message = told(li).get()
    assert (message.state, message.sent_at) == (Message.State.SENT, MORNING)
    assert figures(mailing, now=MORNING).sent == 1
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.DONE


def test_R358_what_no_carrier_took_before_the_night_waits_for_the_morning_too(house, campaign):
    (li,) = readers(house.brand, "li")
    late = NIGHT.replace(hour=20, minute=59)
    mailing = approved(house, campaign, now=late)
    mailing_sending.mind_mailings(late)
    jobs.run(jobs.claim("w", now=late), worker="w", clock=lambda: late)

    work(NIGHT)  # the carriers were away until now
    assert figures(mailing, now=NIGHT).held == 1
    work(MORNING)

    assert [one.state for one in told(li).order_by("pk")] == ["failed", "sent"]
    me = consumer(brand_id=house.brand.pk, member_id=li.pk)
    assert [one.state for one in inbox_for(me)] == ["sent"], "the member reads it once"
    assert MailingLimit.objects.get(key=str(li.pk)).count == 1
    assert figures(mailing, now=MORNING).failed == 0


def test_R358_what_comes_back_on_a_sunday_counts_in_the_week_in_which_it_is_read(house, campaign):
    (li,) = readers(house.brand, "li")
    sunday = datetime(2026, 11, 29, 20, 59, tzinfo=SHANGHAI)
    approved(house, campaign, now=sunday)
    mailing_sending.mind_mailings(sunday)
    jobs.run(jobs.claim("w", now=sunday), worker="w", clock=lambda: sunday)
    work(sunday + timedelta(hours=1))  # the carriers were away until now
    monday = datetime(2026, 11, 30, 8, tzinfo=SHANGHAI)
    work(monday)

    for _ in range(2):
        approved(house, campaign, now=monday)
        work(monday)
    assert told(li).filter(state=Message.State.SENT).count() == 2, "three in a week are two"


@pytest.mark.parametrize(
    ("clock", "ends"),
    [
        ((23, 20, 59), None), ((23, 21, 0), (24, 8, 0)), ((24, 7, 59), (24, 8, 0)),
        ((24, 8, 0), None), ((24, 0, 0), (24, 8, 0)),
    ],
)  # fmt: skip
def test_R358_quiet_hours_end_in_the_morning_of_the_brands_zone(clock, ends):
    at = datetime(2026, 11, *clock, tzinfo=SHANGHAI)
    expected = datetime(2026, 11, *ends, tzinfo=SHANGHAI) if ends else None
    assert held_until(at, QuietHours()) == expected


def test_R358_three_in_a_week_are_two_and_monday_begins_anew(house, campaign):
    (li,) = readers(house.brand, "li")
    for _ in range(3):
        third = approved(house, campaign)
        work(NINE)
    sunday = datetime(2026, 11, 29, 20, tzinfo=SHANGHAI)
    fourth = approved(house, campaign)
    work(sunday)
    assert told(li).count() == 2
    assert figures(third).skipped == figures(fourth).skipped == {"frequency": 1}

    approved(house, campaign, now=sunday)
    work(datetime(2026, 11, 30, 8, tzinfo=SHANGHAI))
    assert told(li).count() == 3


def test_L14_each_send_asks_again_and_keeps_the_answer_it_stands_on(house, campaign):
    names = ("yes", "no", "taken", "silent", "closed", "young", "phone")
    yes, no, taken, silent, closed, young, _ = readers(house.brand, *names[:6], "seventh")
    (phone,) = vouch(house.system, addresses=["+8613800138000"], now=NOW)
    agree(phone)
    mailing = approved(house, campaign)
    agree(no, given=False, now=NOW + timedelta(minutes=1))
    withdraw(consumer(brand_id=house.brand.pk, member_id=taken.pk), purpose=Purpose.MARKETING,
             now=NOW + timedelta(minutes=1))  # fmt: skip
    silence(house.system, member_id=silent.pk, reason="restricted", now=NOW)
    Age.objects.create(member=young, year="2014", said_at=NOW)
    # the account was closed after the audience was looked up
    MailingSend.objects.create(mailing=mailing, member_id=closed.pk, due_at=NINE)
    Member.objects.filter(pk=closed.pk).update(closed_at=NOW)

    work(NINE)

    assert figures(mailing).skipped == {
        "closed": 1, "no_address": 1, "no_consent": 2, "silenced": 1, "under_age": 1,
    }  # fmt: skip
    assert figures(mailing).sent == 2
    assert figures(mailing).audience == 8
    send = MailingSend.objects.get(mailing=mailing, member_id=yes.pk)
    assert send.consent_id == Consent.objects.get(member=yes).pk
    assert send.at == NINE
    assert len(send.text_hash) == 64
    # who got none is a number, not a list
    assert set(MailingSend.objects.filter(mailing=mailing).values_list("state", flat=True)) == {
        MailingSend.State.SENT
    }
    assert not {field.name for field in MailingCount._meta.fields} & {"member", "member_id"}


def test_L14_every_message_names_its_sender_and_how_to_stop_it(house, campaign):
    (li,) = readers(house.brand, "li")
    (ann,) = readers(house.brand, "ann", language="en")
    approved(house, campaign)
    work(NINE)

    zh, en = told(li).get(), told(ann).get()
    assert zh.subject == "（广告）双12新品"
    assert "会员，新锅上市，全场八折。" in zh.body
    for part in ("奔腾", "上海奔腾企业（集团）有限公司", "service@example.com", zh.refuse_url):
        assert part in zh.body
    assert en.subject.startswith("[AD] New at ")
    assert en.refuse_url in en.body
    assert "li" not in zh.refuse_url.rpartition("/u/")[2]
    assert zh.refuse_url != en.refuse_url


def test_L14_a_mail_can_be_stopped_from_the_mailbox_rfc_8058():
    link = "https://c.example.com/u/0123/"
    MailAdapter().send(
        Outgoing(number=1, channel="email", address="li@example.com", subject="x", body="y",
                 refuse_url=link)
    )  # fmt: skip
    headers = mail.outbox[-1].message()
    assert headers["List-Unsubscribe"] == f"<{link}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_L14_no_contact_no_message(house, campaign):
    Brand.objects.filter(pk=house.brand.pk).update(trader_contact="", trader_address="")
    row = mailings.write_mailing(house.writer, campaign=campaign, draft=a_draft(), now=NOW)
    with pytest.raises(Invalid) as refused:
        mailings.submit_mailing(house.writer, mailing=row, audience=Audience(), now=NOW)
    assert refused.value.details == {"field": "contact", "rule": "no_contact"}

    admin = an_actor(house.brand, Role.BRAND_ADMIN)
    mailings.set_rules(admin, rules=MailingRules(contact="上海市漕宝路1号"), now=NOW)
    mailings.submit_mailing(house.writer, mailing=row, audience=Audience(), now=NOW)


def test_L14_a_refusal_takes_back_what_waits_and_can_be_undone_by_the_member_alone(house, campaign):
    li, wang = readers(house.brand, "li", "wang")
    mailing = approved(house, campaign)
    mailing_sending.mind_mailings(NINE)
    jobs.run(jobs.claim("w", now=NINE), worker="w", clock=lambda: NINE)  # queued, not handed over

    first = stop(house, li)
    again = stop(house, li, now=NINE + timedelta(hours=1))
    withdraw(consumer(brand_id=house.brand.pk, member_id=wang.pk), purpose=Purpose.MARKETING,
             now=NINE)  # fmt: skip
    refusals.stop_waiting(
        refusals.ConsentAnswered(
            brand_id=house.brand.pk, member_id=wang.pk, purpose="marketing", text_version=1,
            given=False,
        ),
        now=NINE,
    )  # fmt: skip
    work(NINE)

    assert first.refused_at == again.refused_at == NINE
    assert [told(one).get().state for one in (li, wang)] == ["failed", "failed"]
    assert figures(mailing).sent == 0
    me = consumer(brand_id=house.brand.pk, member_id=li.pk)
    assert selectors.refusals_for(me) == {"email": NINE}
    refusals.allow_own(me, channel=Channel.EMAIL, now=NINE)
    assert selectors.refusals_for(me) == {}
    refusals.refuse_own(me, channel=Channel.SMS, now=NINE)
    assert selectors.refusals_for(me) == {"sms": NINE}
    with pytest.raises(NotFound):
        refusals.refuse_by_link(
            visitor(a_brand().pk, surface="consumer"), token="0" * 24, one_click=True, now=NINE
        )
    with pytest.raises(NotFound):
        refusals.allow_own(visitor(house.brand.pk, surface="x"), channel=Channel.SMS, now=NINE)


class Killed(BaseException):
    """The process is gone: nothing after this runs in it."""


@pytest.mark.parametrize("dies", ["in_step", "after_step"])
def test_R174_a_killed_job_goes_on_and_nobody_gets_it_twice_or_is_left_out(
    house, campaign, monkeypatch, dies
):
    crowd = readers(house.brand, *(f"m{n}" for n in range(9)))
    stop_one = crowd[4]
    Consent.objects.filter(member=stop_one).update(given=False)
    mailing = approved(house, campaign)
    monkeypatch.setattr(mailing_sending, "STEP", 4)
    mailing_sending.mind_mailings(NINE)
    calls = iter(range(100))
    target = (mailing_sending, "queue_message") if dies == "in_step" else (jobs.JobRun, "advance")
    real = getattr(*target)
    deadly = 5 if dies == "in_step" else 3

    def deathly(*given, **about):
        if next(calls) == deadly:
            raise Killed
        return real(*given, **about)

    with monkeypatch.context() as first:
        first.setattr(*target, deathly)
        with pytest.raises(Killed):
            jobs.run(jobs.claim("first", now=NINE), worker="first", clock=lambda: NINE)
    assert 0 < Message.objects.filter(template="marketing").count() < 8
    assert jobs.claim("second", now=NINE) is None  # the dead one's lease
    work(NINE + jobs.LEASE + timedelta(seconds=1))

    assert [told(one).count() for one in crowd] == [1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert figures(mailing).sent == 8
    assert figures(mailing).skipped == {"no_consent": 1}
    assert Job.objects.get().state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_R358_two_mailings_at_once_do_not_exceed_the_week(house, campaign):
    crowd = readers(house.brand, "li", "wang", "zhao")
    rows = [approved(house, campaign, title=f"第{n}封") for n in range(3)]
    Mailing.objects.update(state=Mailing.State.SENDING)
    for row in rows:
        for member in crowd:
            MailingSend.objects.create(mailing=row, member_id=member.pk, due_at=NOW)
    # two workers for each mailing: a lost lease does not stop a step that is under way
    hands = [*rows, *rows]
    ready_all = Barrier(len(hands))
    wrong = []

    def send(row):
        try:
            ready_all.wait()
            mailing_sending.send_step(operator(house.brand), mailing=row, now=NINE)
        except Exception as error:  # noqa: BLE001
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send, args=[Mailing.objects.get(pk=row.pk)]) for row in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong
    assert [told(one).count() for one in crowd] == [2, 2, 2]
    skipped = MailingCount.objects.filter(reason="frequency").values_list("count", flat=True)
    assert sum(skipped) == 3


@pytest.mark.django_db(transaction=True)
def test_who_edits_while_another_agrees_is_told_and_nobody_is_thrown_out(
    house, campaign, monkeypatch
):
    row = mailings.write_mailing(house.writer, campaign=campaign, draft=a_draft(), now=NOW)
    mailings.submit_mailing(house.writer, mailing=row, audience=Audience(), now=NOW)
    told_, real = [], mailings._decide

    def edit():
        try:
            mailings.write_mailing(
                house.writer, campaign=campaign, mailing=row, revision=1, now=NOW,
                draft=a_draft(title="另一个"),
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001
            told_.append(type(error))
        finally:
            connection.close()

    editor = Thread(target=edit)

    def slowly(*given, **about):
        found = real(*given, **about)
        editor.start()
        editor.join(0.5)  # it waits for us
        return found

    monkeypatch.setattr(mailings, "_decide", slowly)
    agreed = mailings.approve_mailing(house.approver, mailing=row, now=NOW)
    editor.join()

    assert told_ == [MailingMoved]
    assert (agreed.state, agreed.title) == (Mailing.State.APPROVED, "双12预告")


def test_who_is_written_down_after_a_stop_does_not_wait_for_ever(house, campaign, monkeypatch):
    readers(house.brand, "li", "wang")
    mailing = approved(house, campaign)
    real = mailing_sending.members_of

    def stopped_meanwhile(*given, after):
        if not after:
            mailings.stop_mailing(house.writer, mailing=mailing, now=NINE)
        return real(*given, after=after)

    monkeypatch.setattr(mailing_sending, "members_of", stopped_meanwhile)
    work(NINE)

    assert not MailingSend.objects.filter(mailing=mailing).exists()
    assert figures(mailing).skipped == {"stopped": 2}


@pytest.mark.django_db(transaction=True)
def test_a_message_that_comes_back_does_not_revive_a_stopped_mailing(house, campaign):
    (li,) = readers(house.brand, "li")
    mailing = approved(house, campaign)
    work(NINE)
    event = MessageExpired(brand_id=house.brand.pk, message_id=told(li).get().pk)
    Mailing.objects.update(state=Mailing.State.SENDING)

    def come_back():
        try:
            mailing_sending.hold_again(event, now=NIGHT)
        finally:
            connection.close()

    rival = Thread(target=come_back)
    with transaction.atomic():
        mailings.stop_mailing(house.writer, mailing=mailing, now=NIGHT)
        rival.start()
        rival.join(0.5)  # it waits for us
    rival.join()

    mailing.refresh_from_db()
    assert (mailing.state, mailing.next_at) == (Mailing.State.STOPPED, None)
    assert not MailingSend.objects.filter(state=MailingSend.State.WAITING).exists()


def test_a_second_person_agrees_to_exactly_what_is_sent(house, campaign):
    row = mailings.write_mailing(house.writer, campaign=campaign, draft=a_draft(), now=NOW)
    with pytest.raises(NotFound):
        mailings.approve_mailing(house.approver, mailing=row, now=NOW)
    mailings.submit_mailing(house.writer, mailing=row, audience=Audience(), now=NOW)
    admin = an_actor(house.brand, Role.BRAND_ADMIN)
    with pytest.raises(SamePerson):
        _alone(admin, campaign)
    shown = Mailing.objects.get(pk=row.pk)
    Mailing.objects.filter(pk=row.pk).update(content_hash="0" * 64)
    with pytest.raises(ContentChanged):
        mailings.approve_mailing(house.approver, mailing=row, now=NOW)
    Mailing.objects.filter(pk=row.pk).update(content_hash=shown.content_hash)
    for decide in (mailings.approve_mailing, mailings.refuse_mailing):
        with pytest.raises(ContentChanged):  # an older page: other words were read
            decide(house.approver, mailing=row, seen="0" * 64, note="x", now=NOW)
    with pytest.raises(Invalid):
        mailings.refuse_mailing(house.approver, mailing=row, note=" ", now=NOW)
    mailings.refuse_mailing(house.approver, mailing=row, note="太急", now=NOW)

    edited = mailings.write_mailing(
        house.writer, campaign=campaign, mailing=row, revision=1, now=NOW,
        draft=a_draft(title="新标题"),
    )  # fmt: skip
    assert (edited.title, edited.revision) == ("新标题", 2)
    with pytest.raises(MailingMoved):
        mailings.write_mailing(
            house.writer, campaign=campaign, mailing=row, revision=1, draft=a_draft(), now=NOW
        )
    mailings.submit_mailing(house.writer, mailing=edited, audience=Audience(), now=NOW)
    edited.refresh_from_db()
    mailings.approve_mailing(
        house.approver, mailing=edited, seen=edited.content_hash, now=NOW
    )  # fmt: skip
    with pytest.raises(MailingMoved):
        mailings.write_mailing(
            house.writer, campaign=campaign, mailing=row, revision=2, draft=a_draft(), now=NOW
        )


def _alone(admin, campaign):
    row = mailings.write_mailing(admin, campaign=campaign, draft=a_draft(), now=NOW)
    mailings.submit_mailing(admin, mailing=row, audience=Audience(), now=NOW)
    mailings.approve_mailing(admin, mailing=row, now=NOW)


@pytest.mark.parametrize(
    ("texts", "field", "rule"),
    [
        ({"body": "{name"}, "body_zh", "bad_braces"),
        ({"body": "{phone}"}, "body_zh", "unknown_placeholder"),
        ({"body": "{name.__class__}"}, "body_zh", "unknown_placeholder"),
        ({"body": "{name!r}"}, "body_zh", "unknown_placeholder"),
        ({"body": "{}"}, "body_zh", "unknown_placeholder"),
        ({"body": " "}, "body_zh", "required"),
        ({"subject": ""}, "subject_zh", "required"),
        ({"subject": "长" * 61}, "subject_zh", "too_long"),
    ],
)
def test_placeholders_are_checked_when_the_words_are_saved(texts, field, rule):
    words = replace(TEXTS["zh-hans"], **texts)
    with pytest.raises(Invalid) as refused:
        check_words(words, channel=Channel.EMAIL, language="zh-hans")
    assert (refused.value.details["field"], refused.value.details["rule"]) == (field, rule)


def test_a_name_brings_no_placeholder_and_no_line_into_the_subject():
    said = written(
        Words(subject="给{name}", body="{name}"), channel=Channel.EMAIL, language="zh-hans",
        name="{brand}\nBcc: x", sender=Sender(brand="奔腾", trader="", contact="c"), link="l",
    )  # fmt: skip
    assert said.subject == "（广告）给{brand} Bcc: x"
    sms = written(
        Words(body="新品"), channel=Channel.SMS, language="zh-hans", name="",
        sender=Sender(brand="奔腾", trader="", contact="4008"), link="https://x/u/1/",
    )  # fmt: skip
    assert sms.body == "【奔腾】新品（广告）联系：4008。免费退订：https://x/u/1/"


def test_L01_words_that_advertising_avoids_need_a_reason(house, campaign):
    texts = {"zh-hans": Words(subject="最佳新品", body="来看")}
    row = mailings.write_mailing(
        house.writer, campaign=campaign, draft=a_draft(texts=texts), now=NOW
    )
    with pytest.raises(Invalid) as refused:
        mailings.submit_mailing(house.writer, mailing=row, audience=Audience(), now=NOW)
    assert refused.value.details == {
        "field": "waiver", "rule": "absolute_words", "value": "最佳",
    }  # fmt: skip


def test_a_mailing_is_stopped_in_the_middle_and_tested_on_its_writer(house, campaign):
    readers(house.brand, "li", "wang")
    mailing = approved(house, campaign, planned_at=NIGHT)
    work(NIGHT)  # held
    address = mailings.send_test(house.writer, mailing=mailing, language="en", now=NINE)
    assert Message.objects.get(member_id=None, template="marketing").address == address

    mailings.stop_mailing(house.writer, mailing=mailing, now=NIGHT)
    work(MORNING)

    assert figures(mailing).skipped == {"stopped": 2}
    assert not Message.objects.filter(template="marketing", member_id__isnull=False).exists()
    with pytest.raises(MailingMoved):
        mailings.stop_mailing(house.writer, mailing=mailing, now=NIGHT)


def test_what_a_member_takes_home_and_what_is_forgotten(house, campaign):
    (li,) = readers(house.brand, "li")
    approved(house, campaign)
    work(NINE)
    stop(house, li)
    person = Person(brand_id=house.brand.pk, member_id=li.pk)

    sent, refused = mailing_data.mailings_held(person)
    assert [row[0] for row in sent.rows] == ["双12预告"]
    assert [row[0] for row in refused.rows] == ["email"]
    mailing_data.forget_mailings(person)
    assert not MarketingChoice.objects.filter(member_id=li.pk).exists()
    assert not MailingLimit.objects.filter(key=str(li.pk)).exists()


def test_others_neither_see_nor_send_it(house, campaign):
    row = mailings.write_mailing(house.writer, campaign=campaign, draft=a_draft(), now=NOW)
    with pytest.raises(NotFound):
        selectors.mailing_by_id(operator(a_brand("other")), row.pk)
    with pytest.raises(NotAllowed):
        mailings.submit_mailing(house.approver, mailing=row, audience=Audience(), now=NOW)
    with pytest.raises(NotAllowed):
        mailings.set_rules(house.writer, rules=MailingRules(), now=NOW)
