"""The desk's pages about units in the world: a code's story and deeds, activations, appeals."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.audit.models import Entry
from hefu.apps.identity.models import Activation, Appeal, ExternalSerial, Mark
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.services import appeals, marks
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate
from hefu.core.actor import consumer
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel, a_product
from tests.apps.identity.life.rows import BEIJING, GUANGZHOU, Goods, later
from tests.factories import NOW, a_brand, a_partner, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63"
    "6000000002000148afa4710000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        yield


@pytest.fixture
def goods(db):
    return Goods()


def bought(goods, serial, *, region="", at=NOW):
    """Somebody activates a unit; returns who."""
    member = goods.member()
    owner = consumer(brand_id=goods.brand.pk, member_id=member.pk)
    wish = ActivationWish(
        key=f"k{serial}", code=goods.code(serial), member_id=member.pk,
        where=Whereabouts(region=region, source="address" if region else ""),
    )  # fmt: skip
    activate(owner, wish=wish, now=at)
    return owner


def desk(goods, role, organisation=None):
    return signed_in(an_actor(goods.brand, role, organisation))


def story(browser, typed):
    return browser.get(reverse("desk:code"), {"q": typed})


def do(browser, code, deed, **said):
    return browser.post(reverse("desk:code"), {"q": code, "deed": deed, **said})


def test_any_way_to_write_a_code_leads_to_its_story(goods):
    code = goods.code(7)
    browser = desk(goods, Role.SERVICE_AGENT)
    link = f"https://example.com/01/{goods.product.gtin}/21/{code[:16]}"
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in code)
    for typed in (code, code.lower(), f" {code[:4]}-{code[4:8]} {code[8:]} ", link, full_width):
        page = text_of(story(browser, typed))
        assert "智能电饭煲" in page, typed
        assert "Code issued" in page
        assert "Put on a product" in page


def test_a_slip_of_the_hand_is_told_from_an_unknown_code(goods):
    code = goods.code(7)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    browser = desk(goods, Role.SERVICE_AGENT)
    slip, unknown = story(browser, wrong), story(browser, "hello")
    assert (slip.status_code, unknown.status_code) == (422, 404)
    assert "looks like a typing error" in text_of(slip)
    assert "No unit of yours has this code" in text_of(unknown)


def test_looking_at_the_desk_is_no_check(goods):
    goods.look(3)
    browser = desk(goods, Role.ANALYST)
    for _ in range(3):
        page = text_of(story(browser, goods.code(3)))
    assert "Checks 1" in page


def test_the_story_tells_who_owns_it_masked_and_what_a_buyer_is_told(goods):
    owner = bought(goods, 1, region=GUANGZHOU)
    page = text_of(story(desk(goods, Role.ANALYST), goods.code(1)))
    assert "Activated" in page
    assert "Guangdong" in page
    assert "Somebody activated this product" in page
    assert "In warranty" in page
    assert owner.label not in page
    assert re.search(r"138\*+\d\d", page)
    assert "+86138" not in page


def test_an_auditor_sees_who_did_it_and_can_do_nothing(goods):
    bought(goods, 1)
    auditor = desk(goods, Role.AUDITOR)
    page = text_of(story(auditor, goods.code(1)))
    assert "What you can do" not in page
    assert "member:" in page  # the deed's author, by number
    for deed in ("return", "void", "freeze"):
        refused = do(auditor, goods.code(1), deed, reason="x", sure="on")
        assert refused.status_code == 404
    assert Activation.objects.get().ended_at is None
    assert not Mark.objects.exclude(kind=Mark.Kind.COMMISSIONED).exists()


def test_a_partner_sees_its_own_units_and_others_as_if_they_were_not(goods):
    mine, theirs = a_partner(goods.brand), a_partner(goods.brand)
    channel = a_channel(goods.brand)
    channel.organisation = mine
    channel.save()
    marks.ship(goods.manager, serials=[goods.serials(0, 10)], channel=channel, now=NOW)
    bought(goods, 1)
    own = desk(goods, Role.DISTRIBUTOR, mine)
    page = text_of(story(own, goods.code(1)))
    assert "Shipped" in page
    assert "What you can do" not in page
    assert not re.search(r"138\*+\d\d", page)
    other = desk(goods, Role.DISTRIBUTOR, theirs)
    hidden, unknown = story(other, goods.code(1)), story(other, "hello")
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert text_of(hidden) == text_of(unknown)
    assert story(desk(Goods(), Role.BRAND_ADMIN), goods.code(1)).status_code == 404


def test_a_unit_is_frozen_and_freed_and_both_stay_in_its_story(goods):
    browser, code = desk(goods, Role.PRODUCT_SPECIALIST), goods.code(4)
    empty = do(browser, code, "freeze", reason="")
    assert empty.status_code == 422
    assert 'id="deed-freeze" open' in empty.content.decode()
    assert do(browser, code, "freeze", reason="label torn").status_code == 302
    page = text_of(story(browser, code))
    assert "On hold" in page
    assert "label torn" in page
    assert "Unfreeze" in page
    assert do(browser, code, "freeze", reason="again").status_code == 404  # not offered now
    assert do(browser, code, "unfreeze").status_code == 302
    page = text_of(story(browser, code))
    assert "Unfrozen" in page
    assert "Genuine" in page


def test_grave_deeds_want_a_second_yes(goods):
    browser, code = desk(goods, Role.PRODUCT_SPECIALIST), goods.code(4)
    unsure = do(browser, code, "void", reason="burnt")
    assert unsure.status_code == 422
    assert "Tick this to confirm" in text_of(unsure)
    assert do(browser, code, "void", reason="burnt", sure="on").status_code == 302
    assert "This code was withdrawn" in text_of(story(browser, code))
    assert do(browser, goods.code(5), "recall", notice="RC-7", sure="on").status_code == 302
    recalled = text_of(story(browser, goods.code(5)))
    assert "Recalled: please stop using it" in recalled
    assert "RC-7" in recalled
    assert do(browser, goods.code(5), "end-recall", sure="on").status_code == 302
    assert do(browser, goods.code(6), "lost", reason="truck").status_code == 302
    assert "Reported lost" in text_of(story(browser, goods.code(6)))
    assert do(browser, goods.code(6), "found").status_code == 302


def test_R091_an_IMEI_is_checked_linked_and_found(goods):
    browser, code = desk(goods, Role.PRODUCT_SPECIALIST), goods.code(4)
    wrong = do(browser, code, "link", kind="imei", value="490154203237519")
    assert wrong.status_code == 422
    assert "breaks the rule of its kind" in text_of(wrong)
    assert do(browser, code, "link", kind="imei", value="49 015420 323751 8").status_code == 302
    assert ExternalSerial.objects.get().value == "490154203237518"
    assert goods.product.name in text_of(story(browser, "490154203237518"))
    taken = do(browser, goods.code(5), "link", kind="imei", value="490154203237518")
    assert taken.status_code == 422
    assert "Another unit has this number" in text_of(taken)


def test_R119_a_carton_shows_what_is_in_it(goods):
    box = a_product(goods.brand, kind="packaging", name="外箱")
    order = goods.house.issued(product=box, batch="02", quantity=3)
    marks.commission(
        goods.manager, serials=[marks.Serials(batch_id=order.batch_id, first=0, count=3)], now=NOW
    )
    from hefu.apps.identity.selectors.batches import BOOK

    carton = code_text(BOOK.by_id([order.batch_id])[order.batch_id], 0)
    browser = desk(goods, Role.PRODUCT_SPECIALIST)
    inside = "\n".join(goods.code(serial) for serial in range(12))
    assert do(browser, carton, "fill", others=inside).status_code == 302
    assert "12 things in it" in text_of(story(browser, carton))
    assert "Lies in 外箱" in text_of(story(browser, goods.code(3)))
    assert do(browser, goods.code(3), "unpack").status_code == 302
    assert "11 things in it" in text_of(story(browser, carton))
    assert do(browser, goods.code(3), "pack", other=carton).status_code == 302
    wrong = do(browser, goods.code(20), "pack", other=goods.code(21))
    assert wrong.status_code == 422
    assert "does not go into that" in text_of(wrong)


def test_R123_a_return_unbinds_the_unit_and_takes_the_coins_back(goods):
    bought(goods, 1)
    agent, code = desk(goods, Role.SERVICE_AGENT), goods.code(1)
    assert do(agent, code, "return").status_code == 422
    answer = agent.post(
        reverse("desk:code"), {"q": code, "deed": "return", "sure": "on"}, follow=True
    )
    page = text_of(answer)
    assert "10 coins were taken back" in page
    assert "Returned: nobody's any more" in page.replace("&#x27;", "'")
    assert Activation.objects.get().ending == Activation.Ending.RETURNED
    assert do(agent, code, "return", sure="on").status_code == 404


def test_a_warranty_fact_moves_the_card_and_impossible_days_are_refused(goods):
    agent, code = desk(goods, Role.SERVICE_AGENT), goods.code(1)
    for day, said in (("2027-01-01", "Lies in the future"), ("2012-01-01", "before the day")):
        refused = do(agent, code, "fact", kind="delivered", on=day, evidence="")
        assert refused.status_code == 422
        assert said in text_of(refused)
    assert (
        do(agent, code, "fact", kind="delivered", on="2026-11-20", evidence="DN 7").status_code
        == 302
    )
    page = text_of(story(agent, code))
    assert "Begins on 2026-11-20: delivery." in page
    assert "DN 7" in page


def test_R087_of_a_thousand_shipped_412_activated_are_41_2_per_cent(db):
    goods = Goods(commissioned=False, about={"quantity": 1000})
    every = [goods.serials(0, 1000)]
    marks.ship(goods.manager, serials=every, channel=a_channel(goods.brand), now=NOW)
    owner = consumer(brand_id=goods.brand.pk, member_id=goods.member().pk)
    from hefu.apps.identity.services.activation import activate_many

    wishes = [
        ActivationWish(key=f"k{serial}", code=goods.code(serial), member_id=owner.member_id)
        for serial in range(412)
    ]
    activate_many(owner, wishes=wishes, now=NOW)
    made = {"since": "2012-01-01", "until": "2012-12-31"}
    browser = desk(goods, Role.ANALYST)
    page = text_of(browser.get(reverse("desk:funnel"), made))
    assert "Activated of shipped 41.2 %" in page
    exported = browser.get(reverse("desk:funnel"), {**made, "export": "csv"})
    text = b"".join(exported.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Made"], row["Shipped"], row["Activated"]) == ("1000", "1000", "412")
    assert row["Activated of shipped"] == "41.2"
    numbers = browser.get(reverse("desk:funnel"), {**made, "numbers": "rates"})
    assert "41.2" in b"".join(numbers.streaming_content).decode()


def test_activations_are_counted_by_day_channel_and_province_and_narrowed(goods):
    bought(goods, 1, region=GUANGZHOU)
    bought(goods, 2, region=GUANGZHOU, at=later(days=1))
    bought(goods, 3, region=BEIJING, at=later(days=1))
    browser = desk(goods, Role.ANALYST)
    address = reverse("desk:activations")

    def numbers(name, **asked):
        answer = browser.get(address, {"numbers": name, **asked})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        return dict(line.rsplit(",", 1) for line in lines[1:])

    assert numbers("provinces") == {**numbers("provinces"), "Guangdong": "2", "Beijing": "1"}
    week = numbers("time", since="2026-11-20", until="2026-11-24")
    assert list(week.values()) == ["0", "0", "1", "2", "0"]
    assert numbers("time", since="2026-11-20", until="2026-11-24", by="week") == {
        "Nov 16": "1", "Nov 23": "2",
    }  # fmt: skip
    assert numbers("products") == {goods.product.model: "3"}
    other = a_product(goods.brand)
    none = text_of(browser.get(address, {"product": other.pk}))
    assert "Nobody activated anything" in none
    assert "3" in text_of(browser.get(address, {"product": goods.product.pk}))
    wrong = browser.get(address, {"since": "2026-11-20", "until": "2026-11-01"})
    assert wrong.status_code == 200
    assert "before the first day" in text_of(wrong)
    assert "three years" in text_of(browser.get(address, {"since": "1900-01-01"}))


def test_partners_see_activations_without_people(goods):
    mine = a_partner(goods.brand)
    channel = a_channel(goods.brand)
    channel.organisation = mine
    channel.save()
    marks.ship(goods.manager, serials=[goods.serials(0, 10)], channel=channel, now=NOW)
    bought(goods, 1)
    bought(goods, 50)
    page = desk(goods, Role.DISTRIBUTOR, mine).get(reverse("desk:activations"))
    assert "1–1 of 1 entry" in text_of(page)
    assert "members/" not in page.content.decode()


def an_appeal(goods, *, invoice=PNG):
    bought(goods, 1)
    right = consumer(brand_id=goods.brand.pk, member_id=goods.member().pk)
    appeal = appeals.open_appeal(
        right, unit=goods.unit(1), text="<b>mine</b>", invoice=invoice, now=later(days=1)
    )
    return appeal, right


def test_O19_an_upheld_appeal_gives_the_unit_to_the_one_who_appealed(goods):
    appeal, right = an_appeal(goods)
    agent = desk(goods, Role.SERVICE_AGENT)
    assert "Waiting 1" in text_of(agent.get(reverse("desk:appeals")))
    address = reverse("desk:appeal", args=[appeal.pk])
    page = agent.get(address)
    assert "&lt;b&gt;mine&lt;/b&gt;" in page.content.decode()
    silent = agent.post(address, {"decision": "uphold", "answer": " "})
    assert silent.status_code == 422
    done = agent.post(address, {"decision": "uphold", "answer": "Your invoice fits."})
    assert done.status_code == 302
    live = Activation.objects.get(ended_at=None)
    assert live.member_id == right.member_id
    late = agent.post(address, {"decision": "reject", "answer": "No."})
    assert late.status_code == 422
    assert "answered this appeal before" in text_of(late)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer) == (Appeal.State.UPHELD, "Your invoice fits.")
    answered = text_of(agent.get(reverse("desk:appeals"), {"answered": "1"}))
    assert "Upheld" in answered or "upheld" in answered


def test_a_rejected_appeal_changes_nothing(goods):
    appeal, right = an_appeal(goods, invoice=None)
    agent = desk(goods, Role.SERVICE_AGENT)
    agent.post(
        reverse("desk:appeal", args=[appeal.pk]), {"decision": "reject", "answer": "It is his."}
    )
    assert Activation.objects.get().member_id != right.member_id
    assert agent.get(reverse("desk:appeal_invoice", args=[appeal.pk])).status_code == 404


def test_an_invoice_is_handed_out_as_a_file_and_only_to_those_who_decide(goods):
    appeal, _right = an_appeal(goods)
    address = reverse("desk:appeal_invoice", args=[appeal.pk])
    file = desk(goods, Role.SERVICE_AGENT).get(address)
    assert file.content == PNG
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Type"] == "image/png"
    for role in (Role.AUDITOR, Role.ANALYST, Role.SALES_MANAGER):
        assert desk(goods, role).get(address).status_code == 403
    other = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    assert other.get(address).status_code == 404
    assert other.get(reverse("desk:appeal", args=[appeal.pk])).status_code == 404
    assert Entry.objects.filter(action="identity.appeal_opened").count() == 1
